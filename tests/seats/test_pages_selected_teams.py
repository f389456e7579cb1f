"""Teams and people selected in a list: seats for many teams, a team for many people."""

from uuid import uuid4

import pytest
from django.test import Client

from orgs.models import Member
from seats.models import Allocation, Pool, Product
from seats.services.allocation import increment
from seats.services.stock import issue
from teams.models import Team, TeamMember
from teams.services import create_team
from tests.conftest import Cast
from tests.factories import make_allocation, make_learners
from tests.pages import hidden, text, url


@pytest.fixture
def client(cast: Cast) -> Client:
    return cast.client(cast.admin)


@pytest.fixture
def teams(cast: Cast) -> list[Team]:
    return [cast.team, cast.other_team, create_team(actor=cast.admin, name="Classroom C")]


def form(teams: list[Team], product: Product, seats: int) -> dict[str, str]:
    ids = ",".join(str(team.pk) for team in teams)
    own = {"mode": "dedicated", "product": str(product.pk), "seats": str(seats)}
    return own | {"selected": ids, "terms_kind": "never", "reusable": "yes"}


def test_seats_go_to_all_selected_teams_after_a_preview(
    cast: Cast, client: Client, teams: list[Team]
) -> None:
    make_allocation(cast.admin, cast.team, cast.product, seats=5)
    issue(actor=cast.admin, product=cast.product, seats=10)
    address, fields = url(cast, "allocate-selected"), form(teams, cast.product, 10)
    assert "3 teams are selected." in text(client.get(address, {"selected": fields["selected"]}))
    page = client.post(address, fields)
    words = text(page)
    assert "10 more seats" in words
    assert "A new pool of 10 seats" in words
    assert "5→ becomes 15" in words
    assert "30 seats are needed; 20 are not in stock and will be issued." in words
    assert Allocation.objects.count() == 1
    done = client.post(address, fields | {"confirmed": hidden(page, "confirmed")}, follow=True)
    assert "3 teams have their seats." in text(done)
    capacities = Allocation.objects.values_list("pool__capacity", flat=True)
    assert sorted(each or 0 for each in capacities) == [10, 10, 15]


def test_pools_that_another_admin_changed_meanwhile_are_shown_again(
    cast: Cast, client: Client, teams: list[Team]
) -> None:
    own = make_allocation(cast.admin, cast.team, cast.product, seats=5)
    address, fields = url(cast, "allocate-selected"), form(teams, cast.product, 10)
    page = client.post(address, fields)
    fields["confirmed"] = hidden(page, "confirmed")
    increment(actor=cast.admin, pool=own.pool, seats=10)
    refused = client.post(address, fields | {"seen": hidden(page, "seen")})
    assert refused.status_code == 409
    assert "now has 15 seats" in text(refused)
    assert Allocation.objects.count() == 1
    again = client.post(address, fields | {"seen": hidden(refused, "seen")})
    assert again.status_code == 302
    assert Pool.objects.get(pk=own.pool_id).capacity == 25


def test_strict_stock_that_lacks_seats_cannot_be_confirmed(
    cast: Cast, client: Client, teams: list[Team]
) -> None:
    cast.organisation.strict_stock = True
    cast.organisation.save()
    issue(actor=cast.admin, product=cast.product, seats=29)
    address, fields = url(cast, "allocate-selected"), form(teams, cast.product, 10)
    words = text(client.post(address, fields))
    assert "30 seats are needed and 29 are in stock: 1 too few." in words
    assert "Give to 3 teams" not in words
    forced = client.post(address, fields | {"confirmed": fields["selected"]})
    assert forced.status_code == 409
    assert not Allocation.objects.exists()


def test_team_with_another_pool_is_left_as_it_is(
    cast: Cast, client: Client, teams: list[Team]
) -> None:
    own = make_allocation(cast.admin, cast.team, cast.product, seats=5)
    fields = form(teams, cast.product, 1) | {"mode": "template", "template_pool": str(own.pool_id)}
    page = client.post(url(cast, "allocate-selected"), fields)
    assert "Draws on Accounting for Beginners, Classroom A already" in text(page)
    client.post(url(cast, "allocate-selected"), fields | {"confirmed": hidden(page, "confirmed")})
    assert Allocation.objects.filter(pool__cloned_from=own.pool_id).count() == 2


def test_people_join_a_team_together(cast: Cast, client: Client) -> None:
    people = [*make_learners(cast.admin, cast.team, 2), *make_learners(cast.admin, cast.other_team)]
    fields = {"selected": ",".join(map(str, people)), "target": str(cast.other_team.pk)}
    page = client.post(url(cast, "join-selected"), fields)
    assert "Is in this team already" in text(page)
    done = client.post(
        url(cast, "join-selected"), fields | {"confirmed": hidden(page, "confirmed")}, follow=True
    )
    assert "2 people are in Classroom B now." in text(done)
    inside = TeamMember.objects.filter(team=cast.other_team, member__in=people)
    assert inside.count() == 3


def test_all_who_match_the_filter_are_selected(cast: Cast, client: Client) -> None:
    make_learners(cast.admin, cast.team, 3)
    page = client.get(url(cast, "join-selected"), {"all": "1", "filter": "q=learner"})
    assert "3 people are selected." in text(page)
    everybody = client.get(url(cast, "join-selected"), {"all": "1", "filter": ""})
    assert f"{Member.objects.count()} people are selected." in text(everybody)


def test_manager_adds_own_people_to_own_teams_only(cast: Cast) -> None:
    (mine,) = make_learners(cast.admin, cast.team)
    (theirs,) = make_learners(cast.admin, cast.other_team)
    client = cast.client(cast.manager)
    assert client.get(url(cast, "join-selected"), {"selected": str(theirs)}).status_code == 404
    page = client.get(url(cast, "join-selected"), {"selected": str(mine)})
    assert "Classroom B" not in page.content.decode()
    everybody = client.get(url(cast, "join-selected"), {"all": "1"})
    assert "2 people are selected." in text(everybody)


def test_more_teams_than_one_step_can_give_to_are_refused(cast: Cast, client: Client) -> None:
    many = ",".join(str(uuid4()) for _ in range(201))
    answer = client.post(url(cast, "allocate-selected"), {"selected": many})
    assert answer.status_code == 409
    assert "201 are selected; the most is 200." in text(answer)
