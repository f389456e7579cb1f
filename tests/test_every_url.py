"""Every URL by role and organisation: who gets in, who is told 403, who 404."""

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import product
from typing import Any
from uuid import uuid4

import pytest
from django.db import connection, transaction
from django.test import Client
from django.urls import URLPattern, URLResolver, get_resolver

from orgs.access import Role
from orgs.models import Member
from seatdash.api.services.tokens import make_token
from seatdash.connectors.models import CourseAccess, FoundThere
from seats.models import Enrolment
from seats.services import requests
from teams.services.invitations import invite
from tests.conftest import PASSWORD, Cast
from tests.connectors.story import furnish
from tests.factories import (
    enrol_new,
    make_allocation,
    make_call,
    make_delivery,
    make_import,
    make_member,
    make_scheduled_report,
    make_user,
)
from tests.orders.messages import make_order

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
    "members",
    "tokens",
    "calls",
    "call",
    "requests",
    "reports",
    "statement",
    "usage-csv",
    "usage-xlsx",
    "enrolments-csv",
    "enrolments-xlsx",
    "ledger-csv",
    "ledger-xlsx",
    "statement-csv",
    "statement-xlsx",
    "team-statement-csv",
    "team-statement-xlsx",
    "team-enrolments-csv",
    "team-enrolments-xlsx",
    "enrolments",
    "books",
    "import-template",
    "import-result",
    "orders",
    "order",
    "order-message",
    "shop",
    "webhooks",
    "webhook",
    "webhook-secret",
    "delivery",
    "learning-systems",
    "learning-system",
    "system-courses",
    "only-there",
    "scheduled-reports",
}
# Buttons, which show nothing.
POST_ONLY = {
    "undo",
    "prove-books",
    "read-answers",
    "run-orders",
    "run-order",
    "pause-shop",
    "test-webhook",
    "resend-failed",
    "resend",
    "test-system",
    "switch-system",
    "compare-system",
    "retry-system",
    "retry-access",
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
    delivery = make_delivery(cast.admin)
    invitation = invite(actor=cast.admin, email="kim@north.example", role=Member.Role.FINANCE)
    token = make_token(actor=cast.admin, name="Shop", scopes=["read"]).token
    cast.organisation.managers_may_revoke = True
    cast.organisation.save()
    allocation.pool.extendable = True
    allocation.pool.save()
    connection = furnish(cast.admin, cast.product)
    return {
        "product_id": cast.product.pk,
        "pool_id": allocation.pool_id,
        "allocation_id": allocation.pk,
        "team_id": cast.team.pk,
        "member_id": line.member_id,
        "enrolment_id": line.enrolment_id,
        "request_id": asked.pk,
        "invitation_id": invitation.pk,
        "import_id": make_import(cast.admin).pk,
        "endpoint_id": delivery.endpoint_id,
        "delivery_id": delivery.pk,
        "token_id": token.pk,
        "call_id": make_call(token).pk,
        **make_order(cast.admin, cast.team),
        "connection_id": connection.pk,
        "access_id": CourseAccess.objects.get().pk,
        "found_id": FoundThere.objects.get().pk,
        "report_id": make_scheduled_report(cast.finance).pk,
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


def differing(got: dict[str, Any], expected: dict[str, Any]) -> dict[str, tuple[Any, Any]]:
    """Return what was got and what was expected for the pages where these differ."""
    return {name: (got[name], expected[name]) for name in got if got[name] != expected[name]}


def test_pages_open_for_their_roles_only(
    cast: Cast, ids: dict[str, Any], clients: dict[str, Client]
) -> None:
    got, expected = {}, {}
    for page in pages():
        path = page.path("north-high", ids)
        got[page.name] = {name: clients[name].get(path).status_code for name in ROLES}
        opens = 405 if page.name in POST_ONLY else 200
        expected[page.name] = {
            name: opens if role in page.roles else 403 for name, role in ROLES.items()
        }
    assert not differing(got, expected)


def test_no_page_exists_for_another_organisation(
    cast: Cast, ids: dict[str, Any], clients: dict[str, Client]
) -> None:
    outsider = clients["outsider"]
    got = {}
    for page in pages():
        path = page.path("north-high", ids)
        got[page.name] = outsider.get(path).status_code
        got[f"POST {page.name}"] = outsider.post(path, {"reason": "x"}).status_code
    assert not differing(got, dict.fromkeys(got, 404))


def test_nothing_of_another_organisation_is_found_in_ones_own(
    cast: Cast, ids: dict[str, Any], clients: dict[str, Client]
) -> None:
    unknown = {name: uuid4() for name in ids}
    got, expected = {}, {}
    for page in (each for each in pages() if "_id" in each.route):
        path = page.path("acme", ids)
        got[page.name] = [
            clients["outsider"].get(path).status_code,
            clients["outsider"].post(path, {"reason": "x"}).status_code,
            clients["admin"].get(page.path("north-high", unknown)).status_code,
        ]
        expected[page.name] = [404, 405 if page.name in READ_ONLY else 404, 404]
    assert not differing(got, expected)


def test_looking_at_a_page_writes_nothing(
    cast: Cast, ids: dict[str, Any], clients: dict[str, Client]
) -> None:
    for page, role in product(pages(), ("admin", "manager")):
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute("SET LOCAL transaction_read_only = on")
            clients[role].get(page.path("north-high", ids))
            # The transaction may write again where it goes on from here.
            transaction.set_rollback(True)


def test_stranger_is_asked_to_sign_in(cast: Cast, ids: dict[str, Any]) -> None:
    for page in pages():
        path = page.path("north-high", ids)
        for answer in (Client().get(path), Client().post(path)):
            assert answer.status_code == 302, page.name
            assert answer["Location"].startswith("/login/"), page.name


def test_forbidden_post_changes_nothing(
    cast: Cast, ids: dict[str, Any], clients: dict[str, Client]
) -> None:
    got, expected = {}, {}
    for page in pages():
        path = page.path("north-high", ids)
        refused = [name for name, role in ROLES.items() if role not in page.roles]
        got[page.name] = [clients[name].post(path, {"reason": "x"}).status_code for name in refused]
        expected[page.name] = [403] * len(refused)
    assert not differing(got, expected)
    assert Enrolment.objects.unended().count() == 1


def test_manager_of_another_team_gets_nothing_done(
    cast: Cast, ids: dict[str, Any], clients: dict[str, Client]
) -> None:
    other = clients["other_manager"]
    got, expected = {}, {}
    for page in pages():
        if "_id" in page.route and Role.MANAGER in page.roles:
            path = page.path("north-high", ids)
            posted = other.post(path, {"reason": "x"}).status_code
            got[page.name] = [other.get(path).status_code, posted]
            expected[page.name] = [403, 405 if page.name in READ_ONLY else 403]
    assert not differing(got, expected)
    assert Enrolment.objects.unended().count() == 1


def test_pages_take_no_other_method(
    cast: Cast, ids: dict[str, Any], clients: dict[str, Client]
) -> None:
    got, expected = {}, {}
    for page in pages():
        path = page.path("north-high", ids)
        others = ["PUT", "PATCH", "DELETE", "OPTIONS", "TRACE"]
        others += ["POST"] if page.name in READ_ONLY else []
        got[page.name] = {each: clients["admin"].generic(each, path).status_code for each in others}
        expected[page.name] = dict.fromkeys(others, 405)
    assert not differing(got, expected)


def test_pages_are_kept_by_no_cache(
    cast: Cast, ids: dict[str, Any], clients: dict[str, Client]
) -> None:
    for page in pages():
        path = page.path("north-high", ids)
        for name in ("admin", "learner", "outsider"):
            kept = clients[name].get(path)["Cache-Control"]
            assert kept == "private, no-store", (page.name, name)
