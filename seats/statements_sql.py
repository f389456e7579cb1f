"""The statements behind `statements`: what a figure means stands there, how it is reckoned here.

`LINES` begins a statement with two tables: `lines` has a row for each product and each holder of
its seats (a team; -1 for the teams of shared pools; 0 for nobody), `peaks` the highest use of each
product (team_id is NULL), team (product_id is NULL), both together, and the whole.
"""

# ruff: noqa: S608 - put together from constants; what is asked for goes in as parameters

from typing import LiteralString

from orgs.currencies import THOUSANDTHS, WITHOUT


def _any_of(codes: frozenset[LiteralString]) -> LiteralString:
    return ", ".join(f"'{code}'" for code in sorted(codes))


# How many decimals an amount has (`orgs.currencies.places`).
PLACES: LiteralString = f"""(
    SELECT CASE WHEN currency IN ({_any_of(WITHOUT)}) THEN 0
        WHEN currency IN ({_any_of(THOUSANDTHS)}) THEN 3 ELSE 2 END
    FROM orgs_organisation WHERE id = %(org)s)"""


def called(thing: LiteralString) -> LiteralString:
    """Join what a thing of this alias was called at the end of the period, if otherwise."""
    return f"""LEFT JOIN LATERAL (
            SELECT name, code FROM seats_naming
            WHERE organisation_id = %(org)s AND subject_id = {thing}.id AND until > %(until)s
            ORDER BY until LIMIT 1
        ) AS called ON true"""


# The cost centre of a team at the end of the period; of one that had none, the first it got later.
CHARGED: LiteralString = """
        LEFT JOIN LATERAL (
            SELECT code FROM seats_naming
            WHERE organisation_id = %(org)s AND subject_id = team.id AND until > %(until)s
                AND code <> ''
            ORDER BY until LIMIT 1
        ) AS charged ON true"""

OF_PRODUCT: LiteralString = "(%(product)s::uuid IS NULL OR product_id = %(product)s::uuid)"

# Who holds a pool's seats, after each entry that moves some or brings a team or takes one off: by
# the number of teams that draw on it nobody (0), that one team (its number), or all of them (-1).
# Stock is nobody's too. `moves` is what each holder has more or less by an entry. It follows from
# the entry and those before it in its pool, so nothing that comes later changes it.
MOVES: LiteralString = f"""
    numbered AS MATERIALIZED (
        SELECT team.id AS team_id, coalesce(called.name, team.name) AS team,
            coalesce(charged.code, cost_centre) AS cost_centre, lineage,
            row_number() OVER (ORDER BY team.id) AS holder
        FROM teams_team AS team {called("team")} {CHARGED} WHERE organisation_id = %(org)s
    ), counted AS (
        SELECT drawn.*, sum(capacity_moved) OVER so_far AS capacity,
            sum(turn) OVER so_far AS teams, sum(turn * team_number) OVER so_far AS only_team
        FROM (
            SELECT id, at, kind, product_id, pool_id, seq, capacity_moved,
                CASE kind WHEN 'shared' THEN 1 WHEN 'unshared' THEN -1 ELSE 0 END AS turn,
                coalesce(holder, 0) AS team_number
            FROM seats_ledgerentry LEFT JOIN numbered USING (team_id)
            WHERE organisation_id = %(org)s AND enrolment_id IS NULL AND pool_id IS NOT NULL
                AND {OF_PRODUCT}
        ) AS drawn
        WINDOW so_far AS (PARTITION BY pool_id ORDER BY seq)
    ), holding AS (
        SELECT *, CASE WHEN teams = 1 THEN only_team WHEN teams > 1 THEN -1 ELSE 0 END AS holder
        FROM counted
    ), held AS (
        SELECT *, lag(holder, 1, 0::numeric) OVER (PARTITION BY pool_id ORDER BY seq)
            AS holder_before
        FROM holding
    ), moves AS (
        SELECT id, at, kind, product_id, holder, sum(seats)::bigint AS seats
        FROM (
            SELECT id, at, kind, product_id, holder,
                CASE WHEN holder = holder_before THEN capacity_moved ELSE capacity END AS seats
            FROM held
            UNION ALL
            SELECT id, at, kind, product_id, holder_before, capacity_moved - capacity
            FROM held WHERE holder <> holder_before
            UNION ALL
            SELECT id, at, kind, product_id, 0, stock_moved FROM seats_ledgerentry
            WHERE organisation_id = %(org)s AND stock_moved <> 0 AND {OF_PRODUCT}
        ) AS every
        WHERE at < %(until)s
        GROUP BY id, at, kind, product_id, holder HAVING sum(seats) <> 0
    )"""

# The stretches of the period in which a product's price stays the same. `later` is what one seat
# in use costs in all the stretches after.
SPANS: LiteralString = """
    spans AS MATERIALIZED (
        SELECT stretches.*, coalesce(sum(a_second * extract(epoch FROM until - since)) OVER (
            PARTITION BY product_id ORDER BY since DESC
            ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING), 0) AS later
        FROM (
            SELECT bounds.product_id, bounds.at AS since, price.amount, price.basis,
                lead(bounds.at, 1, %(until)s::timestamptz) OVER (
                    PARTITION BY bounds.product_id ORDER BY bounds.at) AS until,
                CASE basis WHEN 'seat_days' THEN coalesce(amount, 0) ELSE 0 END / 86400 AS a_second,
                CASE basis WHEN 'enrolments' THEN coalesce(amount, 0) ELSE 0 END AS an_enrolment,
                CASE basis WHEN 'seats' THEN coalesce(amount, 0) ELSE 0 END AS a_seat
            FROM (
                SELECT id AS product_id, %(since)s::timestamptz AS at FROM seats_product
                WHERE organisation_id = %(org)s
                UNION
                SELECT product_id, valid_from FROM seats_price WHERE organisation_id = %(org)s
                    AND valid_from > %(since)s AND valid_from < %(until)s
            ) AS bounds LEFT JOIN LATERAL (
                SELECT amount, basis FROM seats_price AS price
                WHERE organisation_id = %(org)s AND price.product_id = bounds.product_id
                    AND valid_from <= bounds.at
                ORDER BY valid_from DESC LIMIT 1
            ) AS price ON true
        ) AS stretches
    ), priced AS (
        SELECT product_id, count(amount) > 0 AS is_priced, count(*) - 1 AS price_changes,
            (array_agg(amount ORDER BY since DESC))[1] AS price,
            (array_agg(basis ORDER BY since DESC))[1] AS basis
        FROM spans GROUP BY product_id
    )"""

# A sum over time needs no steps: each movement counts from when it happens to the end, and what
# was before the period counts from its beginning.
SEATS: LiteralString = """
    seats AS (
        SELECT product_id, holder,
            sum(seats) FILTER (WHERE at < %(since)s) AS opening,
            sum(seats) FILTER (WHERE is_within AND kind = 'issued') AS issued,
            -sum(seats) FILTER (WHERE is_within AND kind = 'retired') AS retired,
            sum(seats) FILTER (WHERE is_within AND is_between AND seats > 0) AS moved_in,
            -sum(seats) FILTER (WHERE is_within AND is_between AND seats < 0) AS moved_out,
            sum(seats) AS closing,
            sum(seats * extract(epoch FROM %(until)s - counts_from)) AS seconds,
            sum(seats * a_seat) FILTER (WHERE is_within) AS worth
        FROM (
            SELECT *, greatest(at, %(since)s) AS counts_from, at >= %(since)s AS is_within,
                kind NOT IN ('issued', 'retired') AS is_between
            FROM moves
        ) AS moves JOIN spans USING (product_id)
        WHERE counts_from >= spans.since AND counts_from < spans.until
        GROUP BY product_id, holder
    )"""

USES: LiteralString = f"""
    steps AS MATERIALIZED (
        SELECT product_id, team_id, '-infinity'::timestamptz AS at, '' AS kind,
            sum(used_moved)::integer AS moved
        FROM seats_ledgerentry
        WHERE organisation_id = %(org)s AND at < %(since)s AND used_moved <> 0 AND {OF_PRODUCT}
        GROUP BY product_id, team_id
        UNION ALL
        SELECT product_id, team_id, at, kind, used_moved FROM seats_ledgerentry
        WHERE organisation_id = %(org)s AND at >= %(since)s AND at < %(until)s
            AND (used_moved <> 0 OR kind = 'held') AND {OF_PRODUCT}
    ), uses AS (
        SELECT product_id, team_id,
            sum(moved) FILTER (WHERE kind = '') AS opening,
            count(*) FILTER (WHERE kind = 'enrolled') AS enrolled,
            count(*) FILTER (WHERE kind IN ('revoked', 'left')) AS revoked,
            count(*) FILTER (WHERE kind = 'left') AS leaving,
            count(*) FILTER (WHERE kind = 'expired') AS expired,
            count(*) FILTER (WHERE kind = 'held') AS held,
            sum(moved) AS closing,
            sum(moved * extract(epoch FROM %(until)s - counts_from)) AS seconds,
            sum(moved * (a_second * extract(epoch FROM until - counts_from) + later))
                FILTER (WHERE a_second > 0 OR later > 0) AS worth_of_days,
            sum(an_enrolment) FILTER (WHERE kind = 'enrolled') AS worth_of_enrolments
        FROM (SELECT *, greatest(at, %(since)s) AS counts_from FROM steps) AS steps
        JOIN spans USING (product_id)
        WHERE counts_from >= spans.since AND counts_from < spans.until
        GROUP BY product_id, team_id
    )"""

# What happens at one moment is one step (peers of a window's order count together): a member who
# moves from team to team is never two. The highest comes with the earliest time, as one array.
PEAKS: LiteralString = """
    heights AS MATERIALIZED (
        SELECT product_id, team_id,
            -(1000000 * extract(epoch FROM greatest(at, %(since)s)))::bigint AS early,
            sum(moved) OVER (PARTITION BY product_id, team_id ORDER BY at) AS of_both,
            sum(moved) OVER (PARTITION BY product_id ORDER BY at) AS of_product,
            sum(moved) OVER (PARTITION BY team_id ORDER BY at) AS of_team,
            sum(moved) OVER (ORDER BY at) AS of_all
        FROM steps
    ), highest AS (
        SELECT product_id, team_id, max(ARRAY[of_both, early]) AS peak FROM heights
        GROUP BY product_id, team_id
        UNION ALL
        SELECT product_id, NULL, max(ARRAY[of_product, early]) FROM heights GROUP BY product_id
        UNION ALL
        SELECT NULL, team_id, max(ARRAY[of_team, early]) FROM heights GROUP BY team_id
        UNION ALL
        SELECT NULL, NULL, max(ARRAY[of_all, early]) FROM heights HAVING count(*) > 0
    ), peaks AS MATERIALIZED (
        SELECT product_id, team_id, peak[1] AS peak_used,
            timestamptz 'epoch' - peak[2] * interval '1 microsecond' AS peak_at
        FROM highest
    )"""

LINES: LiteralString = f"""
    WITH {MOVES}, {SPANS}, {SEATS}, {USES}, {PEAKS}, figures AS (
        SELECT product_id, holder,
            coalesce(seats.opening, 0) AS opening_seats, coalesce(issued, 0) AS issued,
            coalesce(retired, 0) AS retired, coalesce(moved_in, 0) AS moved_in,
            coalesce(moved_out, 0) AS moved_out, coalesce(seats.closing, 0) AS closing_seats,
            coalesce(uses.opening, 0) AS opening_used, coalesce(enrolled, 0) AS enrolled,
            coalesce(revoked, 0) AS revoked, coalesce(leaving, 0) AS leaving,
            coalesce(expired, 0) AS expired, coalesce(held, 0) AS held,
            coalesce(uses.closing, 0) AS closing_used,
            round(coalesce(seats.seconds, 0) / 86400, 4) AS seat_days_allocated,
            round(coalesce(uses.seconds, 0) / 86400, 4) AS seat_days_used,
            coalesce(seats.worth, 0) + coalesce(worth_of_days, 0)
                + coalesce(worth_of_enrolments, 0) AS worth
        FROM seats FULL JOIN (SELECT * FROM uses JOIN numbered USING (team_id)) AS uses
            USING (product_id, holder)
    ), lines AS (
        SELECT figures.*, coalesce(called.code, product.code) AS product_code,
            coalesce(called.name, product.name) AS product, lineage,
            CASE figures.holder WHEN 0 THEN 'unallocated' WHEN -1 THEN 'shared' ELSE 'team' END
                AS kind,
            numbered.team_id, team, cost_centre, coalesce(peak_used, 0) AS peak_used, peak_at,
            price, basis, price_changes,
            CASE WHEN is_priced AND figures.holder <> 0 THEN round(worth, {PLACES}) END AS amount
        FROM figures JOIN seats_product AS product ON product.id = figures.product_id
        JOIN priced USING (product_id)
        {called("product")}
        LEFT JOIN numbered ON numbered.holder = figures.holder
        LEFT JOIN peaks ON peaks.product_id = figures.product_id
            AND peaks.team_id = numbered.team_id
    )
"""

STATEMENT: LiteralString = f"""
    {LINES}
    SELECT 'line', to_jsonb(lines) FROM lines
    UNION ALL SELECT 'peak', to_jsonb(peaks) FROM peaks
"""

# Which entries make a figure of a holder's seats: what came (1), what went (-1), or all (0).
MOVED: LiteralString = f"""
    WITH {MOVES}
    SELECT moves.id FROM moves LEFT JOIN numbered USING (holder)
    WHERE at >= %(since)s AND %(holder)s IN ('any', CASE moves.holder WHEN 0 THEN 'unallocated'
            WHEN -1 THEN 'shared' ELSE team_id::text END)
        AND (%(direction)s = 0
            OR (sign(seats) = %(direction)s AND kind NOT IN ('issued', 'retired')))
"""
