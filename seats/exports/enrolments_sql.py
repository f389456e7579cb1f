"""Every enrolment that had been made by a moment, as it stood then."""

from typing import LiteralString

from seats.exports.sql import Names, asked

# Start and end are facts that do not change. A planned end may have been moved since: then the
# last entry up to the moment that set it has it.
ENDS: LiteralString = """
    moved AS MATERIALIZED (
        SELECT DISTINCT pool_id, enrolment_id FROM seats_ledgerentry
        WHERE organisation_id = %(org)s AND at > %(moment)s AND kind = 'extended'
    ), planned AS MATERIALIZED (
        SELECT DISTINCT ON (enrolment_id) enrolment_id, entry.expires_at
        FROM moved JOIN seats_ledgerentry AS entry USING (pool_id, enrolment_id)
        WHERE organisation_id = %(org)s AND at <= %(moment)s AND kind IN ('enrolled', 'extended')
        ORDER BY enrolment_id, seq DESC
    )
"""
MADE: LiteralString = """
    FROM seats_enrolment AS enrolment
    JOIN seats_pool AS pool ON pool.id = enrolment.pool_id
    JOIN teams_team AS team ON team.id = enrolment.team_id
"""
WANTED: LiteralString = f"""
    WHERE enrolment.organisation_id = %(org)s AND started_at <= %(moment)s
        AND {asked("pool.product_id", "team.id", "team.lineage")}
"""


def enrolments(names: Names) -> LiteralString:
    """Return the query, with names as they were or as they are."""
    return f"""
        WITH {ENDS}
        SELECT enrolment.id AS enrolment_id, {names.of("product", "code")} AS product_code,
            pool.id AS pool_id, {names.of("pool")} AS pool, {names.of("team")} AS team,
            {names.of("member", "email")} AS email, {names.of("member")} AS name,
            CASE WHEN ended_at <= %(moment)s THEN end_reason
                WHEN ends.at <= %(moment)s THEN 'expired' ELSE 'live' END AS status,
            started_at, ends.at AS expires_at,
            CASE WHEN ended_at <= %(moment)s THEN ended_at END AS ended_at,
            CASE WHEN ended_at <= %(moment)s THEN end_reason END AS end_reason
        {MADE}
        JOIN seats_product AS product ON product.id = pool.product_id
        JOIN orgs_member AS member ON member.id = enrolment.member_id
        LEFT JOIN planned ON planned.enrolment_id = enrolment.id
        CROSS JOIN LATERAL (
            SELECT CASE WHEN planned.enrolment_id IS NULL THEN enrolment.expires_at
                ELSE planned.expires_at END AS at
        ) AS ends
        {names.join("product")} {names.join("pool")} {names.join("team")} {names.join("member")}
        {WANTED}
        ORDER BY enrolment.id
    """


ENROLMENTS_ROWS: LiteralString = f"SELECT {MADE} {WANTED}"
