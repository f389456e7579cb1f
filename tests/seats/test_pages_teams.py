"""The pages of teams: what a manager sees and does, and what an admin gives."""

import re
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils.html import strip_tags

from seats.models import Allocation, Enrolment, Pool
from seats.services.allocation import take_off
from seats.services.taking import take_away
from teams.models import Team
from teams.services import create_team
from tests.conftest import Cast
from tests.factories import enrol_new, make_allocation, make_learners, make_shared_pool


def url(cast: Cast, name: str, *args: Any) -> str:
    return reverse(name, args=[cast.organisation.slug, *args])


def figures(html: str, topic: str) -> tuple[str, ...]:
    """Read the live number of a topic as API.md promises it to be written."""
    found = re.search(
        rf'data-live="{topic}".*?data-used="(\d*)" data-capacity="(\d*)" data-available="(\d*)"',
        html,
        re.DOTALL,
    )
    assert found, f"{topic} is not on the page"
    return found.groups()


def test_manager_sees_own_use_and_what_is_available(cast: Cast) -> None:
    teams = [cast.team, cast.other_team]
    _pool, allocations = make_shared_pool(cast.admin, cast.product, teams, seats=100)
    enrol_new(cast.manager, allocations[0], 10)
    enrol_new(cast.other_manager, allocations[1], 20)
    html = cast.client(cast.manager).get(url(cast, "team", cast.team.pk)).content.decode()
    assert figures(html, f"allocation-{allocations[0].pk}") == ("10", "80", "70")


def test_manager_of_a_shared_pool_sees_nothing_of_other_teams(cast: Cast) -> None:
    teams = [cast.team, cast.other_team]
    pool, allocations = make_shared_pool(cast.admin, cast.product, teams, seats=100)
    enrol_new(cast.other_manager, allocations[1], 23)
    html = cast.client(cast.manager).get(url(cast, "team", cast.team.pk)).content.decode()
    for secret in ("Classroom B", "learner-", f"pool-{pool.pk}", f"{allocations[1].pk}"):
        assert secret not in html
    shown = strip_tags(html.partition('id="main"')[2])
    assert not re.search(r"\b(23|100)\b", shown)


def test_manager_may_not_look_at_another_team(cast: Cast) -> None:
    assert cast.client(cast.manager).get(url(cast, "team", cast.other_team.pk)).status_code == 403


def test_team_of_another_organisation_does_not_exist(cast: Cast) -> None:
    client = cast.client(cast.outsider)
    assert client.get(url(cast, "team", cast.team.pk)).status_code == 404
    acme = reverse("team", args=["acme", cast.team.pk])
    assert client.get(acme).status_code == 404


def test_manager_sees_the_teams_below(cast: Cast) -> None:
    below = create_team(actor=cast.admin, name="Evening group", parent=cast.team)
    client = cast.client(cast.manager)
    assert client.get(url(cast, "team", below.pk)).status_code == 200
    assert "Evening group" in client.get(url(cast, "teams")).content.decode()
    assert "Classroom B" not in client.get(url(cast, "teams")).content.decode()


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


def test_finance_may_look_but_not_enrol(cast: Cast) -> None:
    allocation = make_allocation(cast.admin, cast.team, cast.product)
    client = cast.client(cast.finance)
    assert client.get(url(cast, "team", cast.team.pk)).status_code == 200
    assert client.get(url(cast, "enrol", allocation.pk)).status_code == 403


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


def test_manager_asks_and_admin_approves(cast: Cast) -> None:
    manager, admin = cast.client(cast.manager), cast.client(cast.admin)
    fields = {"product": cast.product.pk, "seats": 5, "reason": "five more pupils"}
    assert manager.post(url(cast, "ask", cast.team.pk), fields).status_code == 302
    page = admin.get(url(cast, "team", cast.team.pk)).content.decode()
    (approve,) = re.findall(r'href="([^"]*/approve/)"', page)
    assert manager.post(approve).status_code == 403
    assert admin.post(approve, {"answer": ""}, follow=True).status_code == 200
    assert Pool.objects.get().capacity == 5
    assert admin.post(approve, {"answer": "yes"}).status_code == 409


def test_manager_reads_the_answer_to_a_request(cast: Cast) -> None:
    manager, admin = cast.client(cast.manager), cast.client(cast.admin)
    fields = {"product": cast.product.pk, "seats": 1, "reason": "one more pupil"}
    manager.post(url(cast, "ask", cast.team.pk), fields)
    page = admin.get(url(cast, "team", cast.team.pk)).text
    (decline,) = re.findall(r'href="([^"]*/decline/)"', page)
    admin.post(decline, {"answer": "No budget before May"})
    seen = strip_tags(manager.get(url(cast, "team", cast.team.pk)).text)
    assert "1 seat of Accounting for Beginners" in seen
    assert "Declined" in seen
    assert "No budget before May" in seen


def test_query_count_of_a_team_page_does_not_grow(cast: Cast) -> None:
    allocation = make_allocation(cast.admin, cast.team, cast.product, seats=50)
    client = cast.client(cast.admin)
    counts = []
    for many in (1, 20):
        enrol_new(cast.admin, allocation, many)
        with CaptureQueriesContext(connection) as queries:
            client.get(url(cast, "team", cast.team.pk))
        counts.append(len(queries))
    assert counts[0] == counts[1]


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
