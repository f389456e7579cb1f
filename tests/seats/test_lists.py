"""The lists of teams, products and pools: every order, every filter, and the teams of a pool."""

from urllib.parse import urlencode

import pytest
from django.test import Client

from orgs.listing import page as pages
from seats.models import Pool, Product
from seats.services.allocation import clone, create_pool, share
from seats.services.archive import archive_pool
from seats.services.catalogue import create_product
from seats.services.stock import issue
from seats.services.taking import take_away
from teams.services import create_team
from tests.conftest import Cast
from tests.factories import enrol_new, make_allocation, make_shared_pool
from tests.pages import queries


def walked(client: Client, url: str, **asked: str) -> list[str]:
    """Return the names in a list, on all its pages."""
    names: list[str] = []
    query = f"?{urlencode(asked)}"
    while query:
        page = client.get(url + query).context["page"]
        names += [str(getattr(row, "pool", getattr(row, "product", row))) for row in page]
        query = page.next_url
    return names


@pytest.fixture(autouse=True)
def small_pages(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pages, "PER_PAGE", 2)


def test_teams_are_sorted_by_name_people_products_and_seats(cast: Cast) -> None:
    for name in ("Chess", "Drama", "Émile"):
        create_team(actor=cast.admin, name=name)
    enrol_new(cast.admin, make_allocation(cast.admin, cast.other_team, cast.product), 3)
    client, url = cast.client(cast.admin), cast.url("teams/")
    by_name = ["Chess", "Classroom A", "Classroom B", "Drama", "Émile"]
    assert walked(client, url) == by_name
    assert walked(client, url, sort="-name") == by_name[::-1]
    for sort in ("-people", "-products", "-used"):
        assert walked(client, url, sort=sort)[0] == "Classroom B"
        assert sorted(walked(client, url, sort=sort)) == by_name
        assert (
            walked(client, url, sort=sort.removeprefix("-")) == walked(client, url, sort=sort)[::-1]
        )


def test_teams_are_narrowed_by_seats_and_what_they_are_part_of(cast: Cast) -> None:
    create_team(actor=cast.admin, name="Remedial", parent=cast.team, external_id="rem-7")
    make_allocation(cast.admin, cast.other_team, cast.product)
    client, url = cast.client(cast.admin), cast.url("teams/")
    assert walked(client, url, seats="with") == ["Classroom B"]
    assert walked(client, url, seats="without") == ["Classroom A", "Remedial"]
    assert walked(client, url, parent=str(cast.team.pk)) == ["Remedial"]
    assert walked(client, url, q="7 REM") == ["Remedial"]
    assert walked(cast.client(cast.other_manager), url, seats="without") == []


def test_products_are_sorted_and_narrowed(cast: Cast) -> None:
    bundle = create_product(
        actor=cast.admin, code="ZED-1", name="A bundle", kind=Product.Kind.BUNDLE
    )
    issue(actor=cast.admin, product=bundle, seats=9)
    create_product(actor=cast.admin, code="MID-1", name="Middle")
    enrol_new(cast.admin, make_allocation(cast.admin, cast.team, cast.product), 2)
    client, url = cast.client(cast.finance), cast.url("products/")
    codes = [name.split()[0] for name in walked(client, url)]
    assert codes == ["ACC-101", "MID-1", "ZED-1"]
    assert walked(client, url, sort="name")[0] == "ZED-1 A bundle"
    assert walked(client, url, sort="-stock")[0] == "ZED-1 A bundle"
    assert walked(client, url, sort="-used")[0].startswith("ACC-101")
    assert walked(client, url, kind="bundle") == ["ZED-1 A bundle"]
    assert walked(client, url, q="bundle zed") == ["ZED-1 A bundle"]


def some_pools(cast: Cast) -> None:
    full = make_allocation(cast.admin, cast.team, cast.product, seats=4)
    enrol_new(cast.admin, full, 4)
    pool, _allocations = make_shared_pool(
        cast.admin,
        create_product(actor=cast.admin, code="S", name="S"),
        [cast.team, cast.other_team],
    )
    Pool.objects.filter(pk=pool.pk).update(name="Shared")
    Pool.objects.filter(pk=full.pool_id).update(name="Full")
    other = create_product(actor=cast.admin, code="T", name="T")
    template = create_pool(actor=cast.admin, product=other, name="Template", seats=5)
    clone(actor=cast.admin, pool=template, team=cast.team)
    Pool.objects.filter(cloned_from=template).update(name="Clone")
    create_pool(actor=cast.admin, product=other, name="Endless", seats=None)
    archive_pool(
        actor=cast.admin, pool=create_pool(actor=cast.admin, product=other, name="Old", seats=1)
    )


def test_pools_are_sorted_and_narrowed(cast: Cast) -> None:
    some_pools(cast)
    client, url = cast.client(cast.finance), cast.url("pools/")
    assert walked(client, url) == ["Clone", "Endless", "Full", "Shared", "Template"]
    assert walked(client, url, sort="-used")[0] == "Full"
    assert walked(client, url, sort="available")[::4] == ["Full", "Endless"]
    assert walked(client, url, sort="-capacity")[:2] == ["Endless", "Shared"]
    kinds = {"dedicated": ["Clone", "Full"], "shared": ["Shared"], "template": ["Template"]}
    for kind, names in ({"unallocated": ["Endless"]} | kinds).items():
        assert walked(client, url, kind=kind) == names
    assert walked(client, url, state="full") == ["Full"]
    assert walked(client, url, state="unlimited") == ["Endless"]
    assert walked(client, url, state="archived") == ["Old"]
    product = Product.objects.get(code="S")
    assert walked(client, url, product=str(product.pk)) == ["Shared"]
    assert walked(client, url, q="shared acc-101") == []
    assert walked(client, url, q="full acc-101") == ["Full"]


def test_pools_of_a_product_are_narrowed_on_its_page(cast: Cast) -> None:
    some_pools(cast)
    product = Product.objects.get(code="T")
    client, url = cast.client(cast.admin), cast.url(f"products/{product.pk}/")
    assert walked(client, url) == ["Clone", "Endless", "Template"]
    assert walked(client, url, state="archived") == ["Old"]
    assert walked(client, url, kind="template") == ["Template"]


def test_over_committed_pools_have_less_than_nothing_available(cast: Cast) -> None:
    some_pools(cast)
    take_away(actor=cast.admin, pool=Pool.objects.get(name="Full"), seats=2)
    client, url = cast.client(cast.admin), cast.url("pools/")
    assert walked(client, url, sort="available")[0] == "Full"
    assert walked(client, url, state="over") == ["Full"]


def test_teams_of_a_pool_come_a_page_at_a_time_beside_its_enrolments(cast: Cast) -> None:
    pool, _allocations = make_shared_pool(cast.admin, cast.product, [cast.team, cast.other_team])
    for name in "CDEF":
        share(actor=cast.admin, pool=pool, team=create_team(actor=cast.admin, name=name))
    client, url = cast.client(cast.admin), cast.url(f"pools/{pool.pk}/")
    shown = client.get(f"{url}?status=all&teams-sort=-name")
    teams = shown.context["report"].teams
    assert [str(row.allocation.team) for row in teams] == ["F", "E"]
    assert "status=all" in teams.next_url
    assert "teams-after=" in teams.next_url
    found = client.get(
        f"{url}?teams-q=room+b", headers={"HX-Request": "true", "HX-Target": "teams"}
    )
    assert "Classroom B" in found.content.decode()
    assert "Classroom A" not in found.content.decode()
    assert "<html" not in found.content.decode()


@pytest.mark.parametrize("path", ["teams/?sort=-used", "products/?sort=-used", "pools/?sort=-used"])
def test_queries_do_not_grow_with_the_list(
    cast: Cast, path: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(pages, "PER_PAGE", 50)
    client = cast.client(cast.admin)
    some_pools(cast)
    few = queries(client, cast.url(path))
    for number in range(20):
        team = create_team(actor=cast.admin, name=f"Team {number}")
        product = create_product(actor=cast.admin, code=f"P-{number}", name="P")
        make_allocation(cast.admin, team, product)
    assert queries(client, cast.url(path)) == few
