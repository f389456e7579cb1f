"""The exports that there are. Whatever is put into EXPORTS has its addresses and its place on the
page."""

from django.utils.translation import gettext_lazy as _

from seats.exports import enrolments_sql, ledger_sql, statement_sql, usage_sql
from seats.exports.question import Export
from seats.exports.sql import NOW, THEN
from seats.resources.statement_tables import StatementTable, TeamStatementTable
from seats.resources.tables import EnrolmentTable, LedgerTable, UsageTable

USAGE = Export(
    name="usage",
    label=_("Usage"),
    hint=_("How many seats there are, used and available, by pool and team."),
    table=UsageTable,
    query=usage_sql.usage(THEN),
    unrenamed=usage_sql.usage(NOW),
    rows=usage_sql.USAGE_ROWS,
    estimate=usage_sql.USAGE_ESTIMATE,
)
ENROLMENTS = Export(
    name="enrolments",
    label=_("Enrolments"),
    hint=_("Who had which seat, through which team, since when and until when."),
    table=EnrolmentTable,
    query=enrolments_sql.enrolments(THEN),
    unrenamed=enrolments_sql.enrolments(NOW),
    rows=enrolments_sql.ENROLMENTS_ROWS,
    in_order_of_an_index=True,
)
LEDGER = Export(
    name="ledger",
    label=_("Ledger"),
    hint=_("Every movement of seats: when, by whom, why, and the balances after it."),
    table=LedgerTable,
    query=ledger_sql.ledger(THEN),
    unrenamed=ledger_sql.ledger(NOW),
    rows=ledger_sql.LEDGER_ROWS,
    of_period=True,
    in_order_of_an_index=True,
)
STATEMENT = Export(
    name="statement",
    label=_("Statement"),
    hint=_("What each product had at the start of a period, what moved, and what it had then."),
    table=StatementTable,
    query=statement_sql.STATEMENT,
    rows=statement_sql.STATEMENT_ROWS,
    estimate=statement_sql.STATEMENT_ESTIMATE,
    of_period=True,
)
TEAM_STATEMENT = Export(
    name="team-statement",
    label=_("Statement by team"),
    hint=_("The same for each team, with cost centre, seat-days and amount."),
    table=TeamStatementTable,
    query=statement_sql.TEAM_STATEMENT,
    rows=statement_sql.TEAM_STATEMENT_ROWS,
    estimate=statement_sql.TEAM_STATEMENT_ESTIMATE,
    of_period=True,
)
EXPORTS = (USAGE, ENROLMENTS, LEDGER, STATEMENT, TEAM_STATEMENT)
