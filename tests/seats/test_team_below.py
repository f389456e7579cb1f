"""A parent team's page adds up what it and all below it use, shared pools once."""

from seats.reports.team_below import Below, below_of
from seats.services.allocation import share
from seats.services.catalogue import create_product
from teams.models import Team
from teams.services import create_team
from tests.conftest import Cast
from tests.factories import enrol_new, make_allocation, make_shared_pool
from tests.pages import queries, text, url


def together(team: Team) -> Below:
    return below_of(team, list(Team.objects.filter(parent=team).by_name()))


def sums(team: Team) -> dict[str, tuple[int, int | None]]:
    return {row.code: (row.used, row.available) for row in together(team).sums}


def test_seats_of_the_team_and_all_below_are_added_up(cast: Cast) -> None:
    lab = create_team(actor=cast.admin, name="Lab", parent=cast.team)
    bench = create_team(actor=cast.admin, name="Bench", parent=lab)
    for team, used in ((cast.team, 1), (lab, 2), (bench, 3), (cast.other_team, 4)):
        enrol_new(cast.admin, make_allocation(cast.admin, team, cast.product, seats=10), used)
    assert sums(cast.team) == {cast.product.code: (6, 24)}
    (row,) = together(cast.team).rows
    assert (row.team, row.teams, row.people, row.used) == (lab, 1, 2, 5)


def test_shared_pool_counts_once_and_within_the_caps(cast: Cast) -> None:
    law = create_product(actor=cast.admin, code="LAW-300", name="Contract Law")
    lab, desk = (create_team(actor=cast.admin, name=n, parent=cast.team) for n in ("Lab", "Desk"))
    _pool, shared = make_shared_pool(cast.admin, cast.product, [lab, desk, cast.other_team])
    enrol_new(cast.admin, shared[0], 10)
    enrol_new(cast.admin, shared[2], 20)
    capped, _none = make_shared_pool(cast.admin, law, [cast.other_team])
    for team, cap in ((lab, 3), (desk, 4)):
        share(actor=cast.admin, pool=capped, team=team, cap=cap)
    assert sums(cast.team) == {cast.product.code: (10, 70), law.code: (0, 7)}


def test_pool_without_a_limit_leaves_no_sum(cast: Cast) -> None:
    create_team(actor=cast.admin, name="Lab", parent=cast.team)
    make_allocation(cast.admin, cast.team, cast.product, seats=None)
    assert sums(cast.team) == {cast.product.code: (0, None)}


def test_manager_of_the_parent_sees_the_sums_on_its_page(cast: Cast) -> None:
    lab = create_team(actor=cast.admin, name="Lab", parent=cast.team)
    enrol_new(cast.admin, make_allocation(cast.admin, lab, cast.product, seats=10), 4)
    client = cast.client(cast.manager)
    said = text(client.get(url(cast, "team", cast.team.pk)))
    assert "Accounting for BeginnersACC-101 1 4 6" in said
    assert "4 4" in said.partition("Lab")[2]
    assert "With the teams below" not in text(client.get(url(cast, "team", lab.pk)))


def test_page_of_a_parent_costs_the_same_queries_however_many_are_below(cast: Cast) -> None:
    client, page = cast.client(cast.manager), url(cast, "team", cast.team.pk)
    for name in ("One", "Two", "Three"):
        team = create_team(actor=cast.admin, name=name, parent=cast.team)
        enrol_new(cast.admin, make_allocation(cast.admin, team, cast.product, seats=5), 2)
        if name == "One":
            one = queries(client, page)
    assert queries(client, page) == one
