"""The entries of a period, as the ledger has them."""

from typing import LiteralString

from seats.exports.sql import NAMED, asked, called, then

WANTED: LiteralString = f"""
    WHERE entry.organisation_id = %(org)s AND entry.at < %(moment)s
        AND (%(begin)s::timestamptz IS NULL OR entry.at >= %(begin)s::timestamptz)
        AND {asked("entry.product_id", "entry.team_id", "team.lineage")}
"""
BOOKED: LiteralString = """
    FROM seats_ledgerentry AS entry LEFT JOIN teams_team AS team ON team.id = entry.team_id
"""

# Things are called as they were at the end of the period: one file, one name.
LEDGER: LiteralString = f"""
    WITH {NAMED}
    SELECT entry.id AS entry_id, entry.at, entry.kind, {called("product", "code")} AS product_code,
        pool.id AS pool_id, {called("pool")} AS pool, {called("team")} AS team,
        {called("member", "email")} AS email, {called("actor", "email")} AS actor, entry.reason,
        CASE WHEN pool.id IS NULL THEN stock_moved ELSE capacity_moved END AS seats,
        used_moved AS used, stock_after, capacity_after, used_after
    {BOOKED}
    JOIN seats_product AS product ON product.id = entry.product_id
    LEFT JOIN seats_pool AS pool ON pool.id = entry.pool_id
    LEFT JOIN orgs_member AS member ON member.id = entry.member_id
    LEFT JOIN orgs_member AS actor ON actor.id = entry.actor_id
    {then("product")} {then("pool")} {then("team")} {then("member")} {then("actor")}
    {WANTED}
    ORDER BY entry.at, entry.id
"""
LEDGER_ROWS: LiteralString = f"SELECT {BOOKED} {WANTED}"
