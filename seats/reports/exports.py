"""What the reports page shows of a question: how much it would be, and where the files are."""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from urllib.parse import urlencode

from django.urls import reverse
from django.utils import timezone

from orgs.models import Organisation
from seats.exports.counting import Count, count_quickly
from seats.exports.files import FORMATS
from seats.exports.moments import written_since
from seats.exports.question import Asked, Export
from seats.resources.tables import Shown

INSTANT = timedelta(microseconds=1)


@dataclass(frozen=True)
class File:
    """An address to download from; `fits` unless it is certain that it cannot hold the rows."""

    ending: str
    url: str
    fits: bool


@dataclass(frozen=True, kw_only=True)
class Report:
    """A question as the page shows it; `behind` is since when something is being written."""

    export: Export
    begin: datetime | None
    moment: datetime | None
    count: Count
    files: list[File]
    behind: datetime | None

    @property
    def columns(self) -> Iterable[Shown]:
        return self.export.table.fields.values()


def report_of(organisation: Organisation, export: Export, asked: Asked) -> Report:
    """Return what a question would be answered with."""
    until_now = replace(asked, moment=asked.moment or timezone.now())
    count = count_quickly(organisation, export, until_now)
    home = [organisation.slug]
    query = urlencode(same_question(export, asked))
    files = [
        File(
            each.ending,
            f"{reverse(f'{export.name}-{each.ending}', args=home)}?{query}".removesuffix("?"),
            fits=count.fits_a_sheet or not each.is_sheet,
        )
        for each in FORMATS
    ]
    return Report(
        export=export,
        begin=asked.begin,
        moment=asked.moment,
        count=count,
        files=files,
        behind=None if asked.moment else written_since(),
    )


def same_question(export: Export, asked: Asked) -> dict[str, str]:
    """Return how the address of a file asks for exactly this."""
    moments = {"from": asked.begin, "to" if export.of_period else "as_of": asked.moment}
    things = {"product": asked.product, "team": None if asked.with_below else asked.team}
    return {name: _iso(moment) for name, moment in moments.items() if moment} | {
        name: str(thing) for name, thing in things.items() if thing
    }


def name_of(organisation: Organisation, export: Export, asked: Asked) -> str:
    """Return what a file is called, without its ending: of whom, what, and which days."""
    last = asked.moment and (asked.moment - INSTANT if export.of_period else asked.moment)
    days = [f"{timezone.localtime(each):%Y-%m-%d}" for each in (asked.begin, last) if each]
    return "-".join([organisation.slug, export.name, "-to-".join(days)])


def _iso(moment: datetime) -> str:
    return moment.astimezone(UTC).isoformat(timespec="microseconds").replace("+00:00", "Z")
