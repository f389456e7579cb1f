"""The entries of a period, as the ledger has them."""

from typing import LiteralString

from seats.exports.sql import Names, asked
from seats.services import discretion

WANTED: LiteralString = f"""
    WHERE entry.organisation_id = %(org)s AND entry.at < %(moment)s
        AND (%(begin)s::timestamptz IS NULL OR entry.at >= %(begin)s::timestamptz)
        AND {asked("entry.product_id", "entry.team_id", "team.lineage")}
"""
BOOKED: LiteralString = """
    FROM seats_ledgerentry AS entry LEFT JOIN teams_team AS team ON team.id = entry.team_id
"""


# Things are called as they were at the end of the period: one file, one name.
def ledger(names: Names) -> LiteralString:
    """Return the query, with names as they were or as they are."""
    return f"""
        SELECT entry.id AS entry_id, entry.at, entry.kind,
            {names.of("product", "code")} AS product_code, pool.id AS pool_id,
            {names.of("pool")} AS pool, {names.of("team")} AS team,
            {names.of("member", "email")} AS email, {names.of("actor", "email")} AS actor,
            {discretion.REASON} AS reason,
            CASE WHEN pool.id IS NULL THEN stock_moved ELSE capacity_moved END AS seats,
            used_moved AS used, stock_after, capacity_after, used_after
        {BOOKED}
        JOIN seats_product AS product ON product.id = entry.product_id
        LEFT JOIN seats_pool AS pool ON pool.id = entry.pool_id
        LEFT JOIN orgs_member AS member ON member.id = {discretion.MEMBER}
        LEFT JOIN orgs_member AS actor ON actor.id = {discretion.ACTOR}
        {names.join("product")} {names.join("pool")} {names.join("team")}
        {names.join("member")} {names.join("actor")}
        {WANTED}
        ORDER BY entry.at, entry.id
    """


LEDGER_ROWS: LiteralString = f"SELECT {BOOKED} {WANTED}"
