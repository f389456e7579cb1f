"""How an admin gives teams seats, and moves them between teams."""

import re
from typing import Any

import pytest

from seats.models import Allocation, Pool
from seats.services.allocation import take_off
from seats.services.taking import take_away
from teams.models import Team
from tests.conftest import Cast
from tests.factories import enrol_new, make_allocation, make_shared_pool
from tests.pages import url


def give(cast: Cast, **fields: Any) -> Any:
    client = cast.client(cast.admin)
    return client.post(url(cast, "allocate", cast.team.pk), fields, follow=True)


def test_admin_gives_a_team_its_own_seats(cast: Cast) -> None:
    answer = give(cast, mode="dedicated", product=cast.product.pk, seats="25")
    assert "Made Accounting for Beginners, Classroom A with 25 seats." in answer.content.decode()
    assert Allocation.objects.get().pool.capacity == 25


def test_admin_gives_a_team_more_of_a_shared_pool_and_is_told(cast: Cast) -> None:
    make_shared_pool(cast.admin, cast.product, [cast.team, cast.other_team], seats=10)
    answer = give(cast, mode="dedicated", product=cast.product.pk, seats="5")
    assert "Classroom B draw on it too" in answer.content.decode()
    assert Pool.objects.get().capacity == 15


def test_admin_shares_a_pool_and_clones_a_template(cast: Cast) -> None:
    pool, _none = make_shared_pool(cast.admin, cast.product, [], seats=30)
    give(cast, mode="shared", shared_pool=pool.pk, cap="4")
    assert Allocation.objects.get().cap == 4
    refused = give(cast, mode="template", template_pool=pool.pk)
    assert refused.status_code == 409
    take_off(actor=cast.admin, allocation=Allocation.objects.get())
    give(cast, mode="template", template_pool=pool.pk)
    assert Allocation.objects.current().get().pool.cloned_from == pool


@pytest.mark.parametrize("seats", ["0", "-1", "1" + "0" * 18, "", "many", "1.5"])
def test_bad_numbers_of_seats_change_nothing(cast: Cast, seats: str) -> None:
    answer = give(cast, mode="dedicated", product=cast.product.pk, seats=seats)
    assert answer.status_code == 422
    assert not Pool.objects.exists()


def test_foreign_and_missing_ids_are_refused_in_the_form(cast: Cast) -> None:
    for fields in ({"product": cast.team.pk, "seats": 1}, {"mode": "shared", "shared_pool": "x"}):
        assert give(cast, **fields).status_code == 422
    assert give(cast, mode="shared").status_code == 422


def test_same_form_from_two_tabs_gives_seats_once(cast: Cast) -> None:
    make_allocation(cast.admin, cast.team, cast.product, seats=10)
    client = cast.client(cast.admin)
    page = url(cast, "allocate", cast.team.pk)
    html = client.get(page).content.decode()
    seen = re.search(r'name="seen" value="([^"]*)"', html)
    assert seen
    fields = {"product": cast.product.pk, "seats": 5, "seen": seen[1]}
    assert client.post(page, fields).status_code == 302
    again = client.post(page, fields)
    assert again.status_code == 409
    assert "Someone changed this" in again.content.decode()
    assert Pool.objects.get().capacity == 15
    fresh = re.search(r'name="seen" value="([^"]*)"', again.content.decode())
    assert fresh
    assert client.post(page, fields | {"seen": fresh[1]}).status_code == 302


def test_first_form_from_two_tabs_gives_seats_once(cast: Cast) -> None:
    client = cast.client(cast.admin)
    page = url(cast, "allocate", cast.team.pk)
    seen = re.search(r'name="seen" value="([^"]*)"', client.get(page).content.decode())
    assert seen
    fields = {"product": cast.product.pk, "seats": 5, "seen": seen[1]}
    assert [client.post(page, fields).status_code for _tab in range(2)] == [302, 409]
    assert Pool.objects.get().capacity == 5


def test_new_team_comes_with_seats_or_not_at_all(cast: Cast) -> None:
    client = cast.client(cast.admin)
    page = url(cast, "new-team")
    fields = {"name": "Classroom F", "mode": "dedicated", "product": cast.product.pk}
    assert client.post(page, fields | {"seats": 0}).status_code == 422
    cast.organisation.strict_stock = True
    cast.organisation.save()
    assert client.post(page, fields | {"seats": 5}).status_code == 409
    assert not Team.objects.filter(name="Classroom F").exists()
    assert client.post(page, {"name": "Classroom F"}).status_code == 302
    assert client.post(page, {"name": "classroom f"}).status_code == 422


def preview_and_confirm(cast: Cast, client: Any, seats: int) -> Any:
    page = url(cast, "transfer", cast.team.pk)
    fields = {"product": cast.product.pk, "target": cast.other_team.pk, "seats": seats}
    html = client.post(page, fields).content.decode()
    seen = dict(re.findall(r'name="(seen_\w+)" value="(\d+)"', html))
    return html, lambda: client.post(page, fields | seen | {"confirmed": 1})


def test_transfer_shows_what_it_will_do_before_it_does_it(cast: Cast) -> None:
    allocation = make_allocation(cast.admin, cast.team, cast.product, seats=10)
    make_allocation(cast.admin, cast.other_team, cast.product, seats=3)
    enrol_new(cast.manager, allocation, 8)
    html, confirm = preview_and_confirm(cast, cast.client(cast.admin), 4)
    assert "will be over-committed by 2" in html
    assert list(Pool.objects.order_by("capacity").values_list("capacity", flat=True)) == [3, 10]
    assert confirm().status_code == 302
    assert list(Pool.objects.order_by("capacity").values_list("capacity", flat=True)) == [6, 7]


def test_transfer_is_refused_when_a_side_changed_since_the_preview(cast: Cast) -> None:
    allocation = make_allocation(cast.admin, cast.team, cast.product, seats=10)
    _html, confirm = preview_and_confirm(cast, cast.client(cast.admin), 4)
    take_away(actor=cast.admin, pool=allocation.pool, seats=1)
    answer = confirm()
    assert answer.status_code == 409
    assert "now has 9 seats" in answer.content.decode()


def test_transfer_of_more_than_there_is_is_refused_in_place(cast: Cast) -> None:
    make_allocation(cast.admin, cast.team, cast.product, seats=10)
    html, _confirm = preview_and_confirm(cast, cast.client(cast.admin), 11)
    assert "There are fewer seats than that." in html
    assert 'value="11"' in html


def test_new_team_is_shown_when_it_is_made(cast: Cast) -> None:
    answer = cast.client(cast.admin).post(url(cast, "new-team"), {"name": "Evening"})
    made = Team.objects.get(name="Evening")
    assert answer.headers["Location"] == url(cast, "team", made.pk)


def test_refused_taking_off_shows_numbers_and_no_names_of_fields(cast: Cast) -> None:
    allocation = make_allocation(cast.admin, cast.team, cast.product, seats=2)
    enrol_new(cast.admin, allocation, 1)
    answer = cast.client(cast.admin).post(url(cast, "take-off", allocation.pk), {"reason": ""})
    assert answer.status_code == 409
    assert "Revoke first" in answer.text
    assert "members" not in answer.text


def test_cap_below_use_says_what_follows(cast: Cast) -> None:
    teams = [cast.team, cast.other_team]
    _pool, allocations = make_shared_pool(cast.admin, cast.product, teams, seats=100)
    enrol_new(cast.admin, allocations[0], 3)
    client = cast.client(cast.admin)
    answer = client.post(url(cast, "cap", allocations[0].pk), {"cap": "2"}, follow=True)
    assert "It uses 3, so nobody new gets in until use falls below the cap." in answer.text
