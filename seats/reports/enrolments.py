"""What enrolling and revoking did, said in sentences and rows."""

from collections import Counter as Count
from collections.abc import Sequence
from dataclasses import dataclass

from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from orgs.words import grouped
from seats.models import Allocation, Enrolment
from seats.reports.enrol_preview import SHOWN, free_for
from seats.services.enrolment import Line, Outcome
from seats.templatetags.seat_days import last_day
from teams.services import Person


@dataclass(frozen=True, kw_only=True)
class ResultRow:
    email: str
    name: str
    outcome: str


@dataclass(frozen=True, kw_only=True)
class EnrolResult:
    """What became of a list: counts of all, and rows of some, first of those without a seat."""

    rows: list[ResultRow]
    enrolled: int
    already: int
    no_seat: int

    @property
    def hidden(self) -> int:
        return self.enrolled + self.already + self.no_seat - len(self.rows)


def result_of(people: Sequence[Person], lines: Sequence[Line]) -> EnrolResult:
    """Put people and their outcomes side by side."""
    count = Count(line.outcome for line in lines)
    pairs = zip(people, lines, strict=True)
    # In the order given otherwise: sorting keeps it.
    first = sorted(pairs, key=lambda pair: pair[1].outcome is not Outcome.NO_SEAT)
    return EnrolResult(
        rows=[
            ResultRow(email=person.email, name=person.name, outcome=line.outcome.value)
            for person, line in first[:SHOWN]
        ],
        enrolled=count[Outcome.ENROLLED],
        already=count[Outcome.ALREADY],
        no_seat=count[Outcome.NO_SEAT],
    )


def before_enrolling(allocation: Allocation) -> str:
    """Say how many seats there are to take."""
    left = free_for(allocation)
    if left is None:
        return _("There are as many seats as are needed.")
    words = ngettext(
        "%(n)s seat is available to the team.", "%(n)s seats are available to the team.", left
    )
    return words % {"n": grouped(left)}


def said_of_one(person: Person, line: Line) -> str:
    """Say what became of one person."""
    who = {"who": person.name or person.email, "until": until(line)}
    if line.outcome is Outcome.ENROLLED:
        return _("%(who)s is enrolled %(until)s.") % who
    if line.outcome is Outcome.ALREADY:
        return _("%(who)s is enrolled already, %(until)s. No seat was used.") % who
    return _("There was no seat for %(who)s.") % who


def until(line: Line) -> str:
    """Say how long an enrolment lasts: its last day in the active time zone."""
    if line.expires_at is None:
        return _("without an end")
    return _("through %(day)s") % {"day": date_format(last_day(line.expires_at))}


def said_of_revoking(before: Enrolment) -> str:
    """Say that an enrolment ended, or that it had ended `before`."""
    who = {"member": before.member, "product": before.pool.product.name}
    if before.ended_at:
        return _("The enrolment of %(member)s in %(product)s had ended already.") % who
    return _("Revoked the enrolment of %(member)s in %(product)s. The seat is free.") % who
