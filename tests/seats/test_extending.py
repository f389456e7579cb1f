"""Moving many ends in one step: to a day, by days, to never; all or none, and never earlier."""

from datetime import UTC, datetime, timedelta

import pytest
from django.utils import timezone

from seats.errors import CannotEnd, InvalidTerms
from seats.models import Enrolment, LedgerEntry
from seats.services.extending import Fate, NewEnd, extend_many, preview
from seats.services.revocation import revoke
from seats.services.terms import Terms
from tests.conftest import Cast
from tests.factories import enrol_new, enrolment_of, make_allocation

NEXT_YEAR = timezone.now() + timedelta(days=365)


@pytest.fixture
def three(cast: Cast) -> list[Enrolment]:
    terms = Terms(terms_days=30)
    allocation = make_allocation(cast.admin, cast.team, cast.product, terms=terms)
    return [enrolment_of(line) for line in enrol_new(cast.admin, allocation, 3)]


def ends() -> set[datetime | None]:
    return set(Enrolment.objects.unended().values_list("expires_at", flat=True))


def test_all_end_on_the_new_day(cast: Cast, three: list[Enrolment]) -> None:
    end = NewEnd(moment=NEXT_YEAR)
    assert extend_many(actor=cast.admin, enrolments=three, end=end, reason="exam") == 3
    assert ends() == {NEXT_YEAR}


def test_each_is_booked_with_its_new_end(cast: Cast, three: list[Enrolment]) -> None:
    extend_many(actor=cast.admin, enrolments=three, end=NewEnd(moment=NEXT_YEAR), reason="exam")
    entries = LedgerEntry.objects.filter(kind="extended")
    told = {(e.enrolment_id, e.expires_at, e.reason, e.used_moved, e.actor) for e in entries}
    assert told == {(e.pk, NEXT_YEAR, "exam", 0, cast.admin) for e in three}


def test_all_last_without_an_end(cast: Cast, three: list[Enrolment]) -> None:
    extend_many(actor=cast.admin, enrolments=three, end=NewEnd())
    assert ends() == {None}


def test_days_are_added_to_each_end(cast: Cast, three: list[Enrolment]) -> None:
    extend_many(actor=cast.admin, enrolments=three[:1], end=NewEnd(moment=NEXT_YEAR))
    extend_many(actor=cast.admin, enrolments=three, end=NewEnd(days=7))
    week = timedelta(days=7)
    others = {each.expires_at + week for each in three[1:] if each.expires_at}
    assert ends() == {NEXT_YEAR + week} | others


def test_days_end_at_the_same_hour_of_the_organisations_clock(
    cast: Cast, three: list[Enrolment]
) -> None:
    cast.admin.organisation.time_zone = "Europe/Berlin"
    summer = datetime(2050, 9, 30, 22, tzinfo=UTC)  # midnight in Berlin
    extend_many(actor=cast.admin, enrolments=three, end=NewEnd(moment=summer))
    extend_many(actor=cast.admin, enrolments=three, end=NewEnd(days=61))
    assert ends() == {datetime(2050, 11, 30, 23, tzinfo=UTC)}


def test_ended_one_is_named_and_nothing_changes(cast: Cast, three: list[Enrolment]) -> None:
    revoke(actor=cast.admin, enrolment=three[1])
    before = ends()
    with pytest.raises(CannotEnd, match=f"Ended already: {three[1].member}"):
        extend_many(actor=cast.admin, enrolments=three, end=NewEnd())
    assert ends() == before


def test_nobodys_end_comes_earlier(cast: Cast, three: list[Enrolment]) -> None:
    extend_many(actor=cast.admin, enrolments=three[:1], end=NewEnd())
    before = ends()
    with pytest.raises(CannotEnd, match=f"as long already: {three[0].member}"):
        extend_many(actor=cast.admin, enrolments=three, end=NewEnd(moment=NEXT_YEAR))
    assert ends() == before


@pytest.mark.parametrize(
    "end",
    [
        NewEnd(days=0),
        NewEnd(days=-3),
        NewEnd(days=10**9),
        NewEnd(moment=datetime(3000, 1, 1, tzinfo=UTC)),
    ],
)
def test_end_that_no_calendar_reaches_is_refused(
    cast: Cast, three: list[Enrolment], end: NewEnd
) -> None:
    with pytest.raises(InvalidTerms):
        extend_many(actor=cast.admin, enrolments=three, end=end)


def test_preview_says_what_becomes_of_each(cast: Cast, three: list[Enrolment]) -> None:
    revoke(actor=cast.admin, enrolment=three[0])
    extend_many(actor=cast.admin, enrolments=three[1:2], end=NewEnd())
    rows = [Enrolment.objects.get(pk=each.pk) for each in three]
    lines = preview(actor=cast.admin, enrolments=rows, end=NewEnd(moment=NEXT_YEAR))
    assert [line.fate for line in lines] == [Fate.ENDED, Fate.LONGER, Fate.MOVES]
    assert lines[2].expires_at == NEXT_YEAR
