"""Every URL by role and organisation: who gets in, who is told 403, who 404."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any
from uuid import uuid4

import pytest
from django.test import Client
from django.urls import URLPattern, URLResolver, get_resolver

from orgs.access import Role
from orgs.models import Member
from seats.models import Enrolment
from seats.services import requests
from tests.conftest import PASSWORD, Cast
from tests.factories import enrol_new, make_allocation, make_member, make_user

PREFIX = "o/<slug:org>/"
# The stream is not Django's; tests/live looks after it.
# Pages to look at; all others hold a form.
READ_ONLY = {
    "overview",
    "find",
    "keys",
    "products",
    "product",
    "pools",
    "pool",
    "teams",
    "team",
    "people",
    "person",
    "activity",
    "reports",
    "usage-csv",
    "enrolments-csv",
    "books",
}
ROLES = {
    "admin": Role.ADMIN,
    "finance": Role.FINANCE,
    "manager": Role.MANAGER,
    "learner": None,
}


@dataclass(frozen=True)
class Page:
    name: str
    route: str
    roles: tuple[Role, ...]

    def path(self, org: str, ids: dict[str, Any]) -> str:
        path = self.route.replace("<slug:org>", org)
        for name, value in ids.items():
            path = path.replace(f"<uuid:{name}>", str(value))
        assert "<" not in path, f"tests/test_every_url.py knows no id for {path}"
        return f"/{path}"


def pages() -> list[Page]:
    found = [
        Page(str(pattern.name), f"{PREFIX}{pattern.pattern}", pattern.callback.gate)  # type: ignore[attr-defined]
        for pattern in organisation_patterns()
    ]
    assert len(found) > 30
    return found


def organisation_patterns() -> Iterator[URLPattern]:
    for resolver in get_resolver().url_patterns:
        if isinstance(resolver, URLResolver) and str(resolver.pattern) == PREFIX:
            yield from (each for each in resolver.url_patterns if isinstance(each, URLPattern))


@pytest.fixture
def ids(cast: Cast) -> dict[str, Any]:
    """The things in the addresses: all of Classroom A, which `manager` manages."""
    allocation = make_allocation(cast.admin, cast.team, cast.product)
    (line,) = enrol_new(cast.manager, allocation)
    asked = requests.ask(
        actor=cast.manager, team=cast.team, product=cast.product, seats=2, reason="more"
    )
    cast.organisation.managers_may_revoke = True
    cast.organisation.save()
    allocation.pool.extendable = True
    allocation.pool.save()
    return {
        "product_id": cast.product.pk,
        "pool_id": allocation.pool_id,
        "allocation_id": allocation.pk,
        "team_id": cast.team.pk,
        "member_id": line.member_id,
        "enrolment_id": line.enrolment_id,
        "request_id": asked.pk,
    }


@pytest.fixture
def clients(cast: Cast) -> dict[str, Client]:
    learner = make_member(
        cast.organisation,
        "learner@north.example",
        user=make_user("learner@north.example", PASSWORD),
    )
    people: dict[str, Member] = {
        "admin": cast.admin,
        "finance": cast.finance,
        "manager": cast.manager,
        "learner": learner,
        "outsider": cast.outsider,
        "other_manager": cast.other_manager,
    }
    return {name: cast.client(person) for name, person in people.items()}


@pytest.mark.parametrize("page", pages(), ids=lambda page: page.name)
def test_page_opens_for_its_roles_only(
    page: Page, cast: Cast, ids: dict[str, Any], clients: dict[str, Client]
) -> None:
    path = page.path("north-high", ids)
    got = {name: clients[name].get(path).status_code for name in ROLES}
    assert got == {name: 200 if role in page.roles else 403 for name, role in ROLES.items()}


@pytest.mark.parametrize("page", pages(), ids=lambda page: page.name)
def test_page_does_not_exist_for_another_organisation(
    page: Page, cast: Cast, ids: dict[str, Any], clients: dict[str, Client]
) -> None:
    path = page.path("north-high", ids)
    assert clients["outsider"].get(path).status_code == 404
    assert clients["outsider"].post(path, {"reason": "x"}).status_code == 404
    if "_id" in page.route:
        assert clients["outsider"].get(page.path("acme", ids)).status_code == 404
        posted = clients["outsider"].post(page.path("acme", ids), {"reason": "x"}).status_code
        assert posted == (405 if page.name in READ_ONLY else 404)
        unknown = {name: uuid4() for name in ids}
        assert clients["admin"].get(page.path("north-high", unknown)).status_code == 404


@pytest.mark.parametrize("page", pages(), ids=lambda page: page.name)
def test_stranger_is_asked_to_sign_in(page: Page, cast: Cast, ids: dict[str, Any]) -> None:
    path = page.path("north-high", ids)
    for answer in (Client().get(path), Client().post(path)):
        assert answer.status_code == 302
        assert answer["Location"].startswith("/login/")


@pytest.mark.parametrize("page", pages(), ids=lambda page: page.name)
def test_forbidden_post_changes_nothing(
    page: Page, cast: Cast, ids: dict[str, Any], clients: dict[str, Client]
) -> None:
    path = page.path("north-high", ids)
    for name, role in ROLES.items():
        if role not in page.roles:
            assert clients[name].post(path, {"reason": "x"}).status_code == 403
    if "_id" in page.route and Role.MANAGER in page.roles:
        assert clients["other_manager"].get(path).status_code == 403
        posted = clients["other_manager"].post(path, {"reason": "x"}).status_code
        assert posted == (405 if page.name in READ_ONLY else 403)
    assert Enrolment.objects.unended().count() == 1


@pytest.mark.parametrize("page", pages(), ids=lambda page: page.name)
def test_page_takes_no_other_method(
    page: Page, cast: Cast, ids: dict[str, Any], clients: dict[str, Client]
) -> None:
    path = page.path("north-high", ids)
    others = ["PUT", "PATCH", "DELETE", "OPTIONS", "TRACE"]
    if page.name in READ_ONLY:
        others.append("POST")
    got = {method: clients["admin"].generic(method, path).status_code for method in others}
    assert got == dict.fromkeys(others, 405)


@pytest.mark.parametrize("page", pages(), ids=lambda page: page.name)
def test_page_is_kept_by_no_cache(
    page: Page, cast: Cast, ids: dict[str, Any], clients: dict[str, Client]
) -> None:
    path = page.path("north-high", ids)
    for name in ("admin", "learner", "outsider"):
        assert clients[name].get(path)["Cache-Control"] == "private, no-store"
