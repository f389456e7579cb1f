"""Statements of a period as files; what the figures mean stands in `seats.statements`."""

# ruff: noqa: S608 - put together from constants; what is asked for goes in as parameters

from typing import LiteralString

from seats.exports.sql import asked
from seats.statements_sql import LINES

# Without a beginning, the period begins before everything.
BEGIN: LiteralString = "coalesce(%(begin)s::timestamptz, timestamptz '1970-01-01 00:00:00Z')"
OF_FILE: LiteralString = LINES.replace("%(since)s", BEGIN).replace("%(until)s", "%(moment)s")
WANTED: LiteralString = asked("lines.product_id", "lines.team_id", "lines.lineage")

# Nothing is issued to a team: its seats come from elsewhere in the product, and go there.
STATEMENT: LiteralString = f"""
    {OF_FILE}
    SELECT product_code, product, sum(opening_seats) AS opening_seats,
        sum(issued + CASE WHEN %(team)s::uuid IS NULL THEN 0 ELSE moved_in END) AS issued,
        sum(retired + CASE WHEN %(team)s::uuid IS NULL THEN 0 ELSE moved_out END) AS retired,
        sum(closing_seats) AS closing_seats, sum(opening_used) AS opening_used,
        sum(enrolled) AS enrolled, sum(revoked) AS revoked, sum(expired) AS expired,
        sum(closing_used) AS closing_used,
        CASE WHEN %(team)s::uuid IS NULL
            THEN coalesce((SELECT peaks.peak_used FROM peaks
                WHERE peaks.product_id = lines.product_id AND peaks.team_id IS NULL), 0)
            ELSE max(peak_used) END AS peak_used
    FROM lines WHERE {WANTED}
    GROUP BY product_id, product_code, product
    ORDER BY product_code COLLATE "C", product_id
"""
STATEMENT_ROWS: LiteralString = f"""
    {OF_FILE} SELECT FROM lines WHERE {WANTED} GROUP BY product_id
"""
STATEMENT_ESTIMATE: LiteralString = "SELECT FROM seats_product WHERE organisation_id = %(org)s"

TEAM_STATEMENT: LiteralString = f"""
    {OF_FILE}
    SELECT product_code, product, kind, team, cost_centre, opening_seats, issued, retired, moved_in,
        moved_out, closing_seats, opening_used, enrolled, revoked, expired, held, closing_used,
        peak_used, peak_at, seat_days_allocated, seat_days_used, price, basis, price_changes,
        amount, CASE WHEN amount IS NOT NULL THEN (
            SELECT nullif(currency, '') FROM orgs_organisation WHERE id = %(org)s) END AS currency
    FROM lines WHERE {WANTED}
    ORDER BY product_code COLLATE "C", product_id, array_position(
        ARRAY['team', 'shared', 'unallocated'], kind), team COLLATE "C", team_id
"""
TEAM_STATEMENT_ROWS: LiteralString = f"{OF_FILE} SELECT FROM lines WHERE {WANTED}"
TEAM_STATEMENT_ESTIMATE: LiteralString = """
    SELECT FROM seats_allocation WHERE organisation_id = %(org)s
"""
