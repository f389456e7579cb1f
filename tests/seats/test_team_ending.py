"""A team's page says who is about to lose a seat, and who lost one of late."""

from datetime import timedelta

from orgs.models import Member
from seats import clock
from seats.models import Allocation, Pool
from seats.services.expiry import expire_in_pool
from seats.services.locks import lock_pool
from seats.services.terms import Terms
from tests.conftest import Cast
from tests.factories import enrol_new, enrolment_of, make_allocation
from tests.pages import text, url


def enrol_days_ago(cast: Cast, allocation: Allocation, days: int) -> str:
    with clock.telling(clock.now() - timedelta(days=days)):
        (line,) = enrol_new(cast.admin, allocation)
    return str(enrolment_of(line).member)


def of_thirty_days(cast: Cast, *, extendable: bool = True) -> Allocation:
    terms = Terms(terms_days=30, extendable=extendable)
    return make_allocation(cast.admin, cast.team, cast.product, seats=9, terms=terms)


def about_to_end(cast: Cast) -> str:
    page = text(cast.client(cast.manager).get(url(cast, "team", cast.team.pk)))
    return page.partition("About to end")[2].partition("Enrolments")[0]


def test_who_ends_within_two_weeks_is_named_with_what_can_be_done(cast: Cast) -> None:
    allocation = of_thirty_days(cast)
    soon, later = (enrol_days_ago(cast, allocation, days) for days in (27, 3))
    said = about_to_end(cast)
    assert "in 3 days" in said
    assert f"Move end {soon}" in said
    assert later not in said


def test_end_that_only_admins_may_move_is_named_without_a_button(cast: Cast) -> None:
    soon = enrol_days_ago(cast, of_thirty_days(cast, extendable=False), 20)
    said = about_to_end(cast)
    assert soon in said
    assert "Move end" not in said


def test_who_ended_of_late_can_be_enrolled_again(cast: Cast) -> None:
    allocation = of_thirty_days(cast)
    gone = enrol_days_ago(cast, allocation, 33)
    expire_in_pool(lock_pool(Pool.objects.get()))
    assert f"Enrol again {gone}" in about_to_end(cast)
    again = {"people": Member.objects.get(name="", email=gone).email}
    client, enrol = cast.client(cast.manager), url(cast, "enrol", allocation.pk)
    assert f"{gone}</textarea>" in client.get(enrol, again).content.decode()
    client.post(enrol, again)
    assert about_to_end(cast) == ""


def test_nothing_about_to_end_takes_no_room(cast: Cast) -> None:
    enrol_days_ago(cast, of_thirty_days(cast), 1)
    assert about_to_end(cast) == ""
