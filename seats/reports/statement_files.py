"""Where the statement that a page shows is as a file."""

from urllib.parse import urlencode

from django.urls import reverse

from orgs.models import Organisation
from seats.exports.files import FORMATS
from seats.exports.question import Asked
from seats.exports.tables import STATEMENT, TEAM_STATEMENT
from seats.reports.exports import same_question
from seats.reports.statement import StatementPage


def files_of(organisation: Organisation, page: StatementPage) -> list[tuple[str, str]]:
    """Return the formats of the lines that the page shows, and where they are.

    A period that is not over goes up to the moment of the download.
    """
    of_products = not (page.product or page.team or page.by_teams)
    export = STATEMENT if of_products else TEAM_STATEMENT
    asked = Asked(
        product=page.product.pk if page.product else None,
        team=page.team.pk if page.team else None,
        begin=page.statement.since,
        moment=None if page.is_running else page.statement.until,
    )
    query = urlencode(same_question(export, asked))
    return [
        (
            each.ending.upper(),
            f"{reverse(f'{export.name}-{each.ending}', args=[organisation.slug])}?{query}",
        )
        for each in FORMATS
    ]
