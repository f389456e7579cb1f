"""What others will feel is shown before it is done, and follows what is typed."""

from typing import Any

import pytest

from seats.models import Allocation, LedgerEntry, Pool
from seats.services.allocation import create_pool
from seats.services.stock import issue
from seats.services.terms import Terms, set_cap
from teams.services import create_team
from tests.conftest import Cast
from tests.factories import enrol_new, make_allocation, make_shared_pool
from tests.pages import text, url


def look(cast: Cast, name: str, thing: Any, *more: Any, **typed: Any) -> Any:
    """Ask for the preview of what is typed so far, as the dialog does."""
    address = url(cast, name, thing.pk, *more)
    entries = LedgerEntry.objects.count()
    client = cast.client(cast.admin)
    answer = client.get(address, {"preview": "1", **typed}, headers={"HX-Request": "true"})
    assert LedgerEntry.objects.count() == entries
    return answer


def said(answer: Any) -> str:
    assert "<form" not in answer.content.decode()
    answer.content = b'id="main">' + answer.content
    return text(answer)


@pytest.fixture
def shared(cast: Cast) -> Pool:
    """Seventy seats: Classroom A uses ten, Classroom B twenty of at most thirty."""
    teams = [cast.team, cast.other_team]
    pool, (first, second) = make_shared_pool(cast.admin, cast.product, teams, seats=70)
    enrol_new(cast.admin, first, 10)
    enrol_new(cast.admin, second, 20)
    set_cap(actor=cast.admin, allocation=second, cap=30)
    return Pool.objects.get(pk=pool.pk)


def test_taking_away_shows_each_team_what_is_left_to_it(cast: Cast, shared: Pool) -> None:
    words = said(look(cast, "take-away", shared, seats="35"))
    assert "Shared 70→ becomes 35 30 40→ becomes 5" in words
    assert "10 40→ becomes 5" in words.partition("Classroom A")[2]
    assert "Classroom B 30 20 10→ becomes 5" in words
    assert "Nobody is affected" in words


def test_taking_away_too_much_warns_of_what_follows(cast: Cast, shared: Pool) -> None:
    words = said(look(cast, "take-away", shared, seats="45"))
    assert "40→ becomes over by 5" in words
    assert "It will be over-committed by 5" in words
    assert "Shared has 70." in said(look(cast, "take-away", shared, seats="71"))
    assert "Take more than 40 and it is over-committed" in said(look(cast, "take-away", shared))


def test_adding_says_where_seats_come_from_and_who_has_them_too(cast: Cast, shared: Pool) -> None:
    issue(actor=cast.admin, product=cast.product, seats=3)
    words = said(look(cast, "increment", shared, seats="5"))
    assert "3 come from stock, 2 are newly issued." in words
    assert "The pool is shared: Classroom A, Classroom B draw on it." in words
    assert "Shared 70→ becomes 75" in words


def test_cap_below_use_says_by_how_many(cast: Cast, shared: Pool) -> None:
    allocation = Allocation.objects.get(team=cast.other_team)
    words = said(look(cast, "cap", allocation, cap="15"))
    assert "30→ becomes 15" in words
    assert "It will be over its cap by 5" in words


def test_sharing_names_who_shares_from_now_on_or_why_not(cast: Cast, shared: Pool) -> None:
    evening = create_team(actor=cast.admin, name="Evening School")
    words = said(look(cast, "share", shared, team=evening.pk))
    assert "From now on these share it: Evening School, Classroom A, Classroom B." in words
    refused = said(look(cast, "share", shared, team=cast.team.pk))
    assert "Classroom A draws on Shared. Take it off that pool first." in refused


def test_terms_say_how_many_keep_theirs(cast: Cast, shared: Pool) -> None:
    words = said(look(cast, "terms", shared, terms_kind="date", terms_date="2030-05-12"))
    assert "30 live enrolments keep their ends and their terms." in words
    assert "One made today would last through 12" in words


def test_clone_and_stock_are_previewed(cast: Cast) -> None:
    template = create_pool(actor=cast.admin, product=cast.product, name="90 days", seats=5)
    issue(actor=cast.admin, product=cast.product, seats=4)
    assert "4 come from stock, 1 are newly issued." in said(look(cast, "clone", template))
    assert "In stock: 4 now, 1 then." in said(look(cast, "retire", cast.product, seats="3"))
    assert "Only 4 are in stock." in said(look(cast, "retire", cast.product, seats="5"))
    assert "In stock: 4 now, 9 then." in said(look(cast, "issue", cast.product, seats="5"))


@pytest.mark.parametrize("typed", ["", "-1", "x", str(10**18), "\0"])
def test_what_makes_no_sense_yet_is_shown_as_nothing_typed(
    cast: Cast, shared: Pool, typed: str
) -> None:
    assert look(cast, "take-away", shared, seats=typed).status_code == 200


def test_preview_without_javascript_is_a_second_look_at_the_form(cast: Cast, shared: Pool) -> None:
    sent = {"seats": "45", "reason": "term ended", "preview": "1"}
    answer = cast.client(cast.admin).post(url(cast, "take-away", shared.pk), sent)
    assert answer.status_code == 200
    assert "It will be over-committed by 5" in text(answer)
    assert 'value="term ended"' in answer.content.decode()
    assert Pool.objects.get(pk=shared.pk).capacity == 70


def test_what_is_in_the_way_is_said_before_a_form_is_filled_in(cast: Cast, shared: Pool) -> None:
    client = cast.client(cast.admin)
    allocation = Allocation.objects.get(team=cast.team)
    for name, thing, words in (
        ("archive-pool", shared, "30 enrolments are live; they must end first."),
        (
            "archive-team",
            cast.team,
            "seats, which must be revoked first: 10 of Shared.",
        ),
        ("archive-product", cast.product, "Archive its 1 pool first."),
        ("take-off", allocation, "Classroom A uses 10 seats of it, which must be revoked first."),
        ("offboard", cast.admin, "They are the last admin. Make someone else an admin first."),
    ):
        answer = client.get(url(cast, name, thing.pk))
        assert words in text(answer)
        assert 'name="reason"' not in answer.content.decode()


def test_archiving_says_what_goes_back_and_who_is_taken_off(cast: Cast) -> None:
    pool, _allocations = make_shared_pool(cast.admin, cast.product, [cast.team], seats=9)
    words = text(cast.client(cast.admin).get(url(cast, "archive-pool", pool.pk)))
    assert "9 seats go back to stock" in words
    assert "Taken off it: Classroom A." in words
    team = text(cast.client(cast.admin).get(url(cast, "archive-team", cast.team.pk)))
    assert "Taken off Shared, which keeps its seats." in team


def test_leaving_says_what_ends_and_what_stays(cast: Cast) -> None:
    first = make_allocation(cast.admin, cast.team, cast.product, terms=Terms(terms_days=30))
    (line,) = enrol_new(cast.admin, first)
    leave = url(cast, "leave", cast.team.pk, line.member_id)
    words = text(cast.client(cast.admin).get(leave))
    assert "1 enrolment ends: Accounting for Beginners (until" in words
    assert "Seats free again: 1 of Accounting for Beginners, Classroom A." in words
    offboard = text(cast.client(cast.admin).get(url(cast, "offboard", line.member_id)))
    assert "Seats free again: 1 of Accounting for Beginners, Classroom A." in offboard
