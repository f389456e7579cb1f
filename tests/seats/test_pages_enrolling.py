"""Enrolling from a team's page, ending an enrolment, moving its end."""

import pytest

from seats.models import Enrolment, Pool
from tests.conftest import Cast
from tests.factories import enrol_new, make_allocation, make_learners
from tests.pages import url


def test_manager_enrols_one_person_by_email(cast: Cast) -> None:
    allocation = make_allocation(cast.admin, cast.team, cast.product, seats=2)
    answer = cast.client(cast.manager).post(
        url(cast, "enrol", allocation.pk), {"people": "Kim Abara <KIM@north.example>"}, follow=True
    )
    assert "Kim Abara is enrolled without an end." in answer.content.decode()
    assert Enrolment.objects.get().member.name == "Kim Abara"


def test_enrolling_twice_says_so_and_uses_nothing(cast: Cast) -> None:
    allocation = make_allocation(cast.admin, cast.team, cast.product, seats=2)
    client = cast.client(cast.manager)
    for _time in range(2):
        answer = client.post(
            url(cast, "enrol", allocation.pk), {"people": "kim@north.example"}, follow=True
        )
    assert "is enrolled already" in answer.content.decode()
    assert Pool.objects.get().used == 1


def test_list_too_long_is_refused_in_place_with_what_was_typed(cast: Cast) -> None:
    allocation = make_allocation(cast.admin, cast.team, cast.product, seats=1)
    typed = "a@north.example\r\nb@north.example"
    answer = cast.client(cast.manager).post(
        url(cast, "enrol", allocation.pk), {"people": typed, "mode": "all"}
    )
    html = answer.content.decode()
    assert answer.status_code == 409
    assert "2 seats are needed and the pool has 1 left" in html
    assert "b@north.example" in html
    assert not Enrolment.objects.exists()
    assert make_learners(cast.admin, cast.team, 1), "nobody half joined and blocks the team"


def test_list_fills_what_fits_and_names_each(cast: Cast) -> None:
    allocation = make_allocation(cast.admin, cast.team, cast.product, seats=1)
    answer = cast.client(cast.manager).post(
        url(cast, "enrol", allocation.pk),
        {"people": "a@north.example; b@north.example", "mode": "fill"},
    )
    html = answer.content.decode()
    assert "1 person was enrolled." in html
    assert "For 1 there was no seat." in html
    assert "b@north.example" in html


@pytest.mark.parametrize(
    "people",
    ["", "   ", "nobody", "a@b", f"{'x' * 10_000}@north.example", "ok@n.example\nwrong@", "\x00"],
)
def test_bad_addresses_are_named_and_nobody_is_enrolled(cast: Cast, people: str) -> None:
    allocation = make_allocation(cast.admin, cast.team, cast.product)
    answer = cast.client(cast.manager).post(url(cast, "enrol", allocation.pk), {"people": people})
    assert answer.status_code == 422
    assert 'aria-invalid="true"' in answer.content.decode()
    assert not Enrolment.objects.exists()


def test_manager_revokes_only_where_the_organisation_allows_it(cast: Cast) -> None:
    (line,) = enrol_new(cast.manager, make_allocation(cast.admin, cast.team, cast.product))
    client = cast.client(cast.manager)
    revoke = url(cast, "revoke", line.enrolment_id)
    assert client.post(revoke, {"reason": "left"}).status_code == 403
    cast.organisation.managers_may_revoke = True
    cast.organisation.save()
    assert client.post(revoke, {"reason": "left"}).status_code == 302
    assert Enrolment.objects.get().end_reason == "revoked"


def test_manager_extends_only_where_the_pool_is_extendable(cast: Cast) -> None:
    allocation = make_allocation(cast.admin, cast.team, cast.product)
    (line,) = enrol_new(cast.manager, allocation)
    client = cast.client(cast.manager)
    extend = url(cast, "extend", line.enrolment_id)
    assert client.post(extend, {"last_day": "2099-06-30"}).status_code == 403
    Pool.objects.update(extendable=True)
    assert client.post(extend, {"last_day": "2099-06-30"}).status_code == 302
    assert client.post(extend, {"last_day": "1999-06-30"}).status_code == 422
    page = client.get(url(cast, "team", cast.team.pk)).content.decode()
    assert "30 Jun 2099" in page
