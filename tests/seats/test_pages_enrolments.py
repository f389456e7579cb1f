"""The list of enrolments: who sees which, by status, product, team, pool and person."""

from datetime import timedelta

import pytest
from django.test import Client
from django.utils import timezone

from orgs.models import Member
from seats import clock
from seats.models import Allocation, Enrolment
from seats.services.catalogue import create_product
from seats.services.leaving import leave
from seats.services.revocation import revoke
from seats.services.terms import Terms
from tests.conftest import Cast
from tests.factories import enrol_new, make_allocation
from tests.pages import queries


def rows(client: Client, url: str) -> int:
    """Count the people on the page."""
    response = client.get(url)
    assert response.status_code == 200
    return response.content.decode().count('scope="row"')


def given(cast: Cast, allocation: Allocation, many: int = 1) -> list[Member]:
    lines = enrol_new(cast.admin, allocation, many)
    return list(Member.objects.filter(pk__in=[line.member_id for line in lines]))


def test_status_asked_for_is_shown_and_live_without(cast: Cast) -> None:
    allocation = make_allocation(cast.admin, cast.team, cast.product)
    revoked, gone, *_live = given(cast, allocation, 4)
    revoke(actor=cast.admin, enrolment=Enrolment.objects.get(member=revoked))
    leave(actor=cast.admin, member=gone, team=cast.team)
    client = cast.client(cast.finance)
    counts = {"": 2, "ended": 2, "revoked": 1, "left": 1, "expired": 0, "all": 4, "nonsense": 2}
    found = {name: rows(client, cast.url(f"enrolments/?status={name}")) for name in counts}
    assert found == counts


def test_those_that_end_soon_are_shown_and_those_past_it_count_as_expired(cast: Cast) -> None:
    terms = Terms(terms_days=20)
    allocation = make_allocation(cast.admin, cast.team, cast.product, terms=terms)
    given(cast, allocation, 1)
    with clock.telling(timezone.now() - timedelta(days=10)):
        given(cast, allocation, 2)
    with clock.telling(timezone.now() - timedelta(days=40)):
        given(cast, allocation, 3)
    client = cast.client(cast.admin)
    counts = {"soon-7": 0, "soon-14": 2, "soon-30": 3, "expired": 3, "": 3}
    found = {name: rows(client, cast.url(f"enrolments/?status={name}")) for name in counts}
    assert found == counts


def test_enrolments_are_narrowed_by_product_team_pool_and_person(cast: Cast) -> None:
    other = create_product(actor=cast.admin, code="BIZ-200", name="Business")
    first = make_allocation(cast.admin, cast.team, cast.product)
    second = make_allocation(cast.admin, cast.other_team, other)
    (kim,) = given(cast, first)
    given(cast, second, 2)
    Member.objects.filter(pk=kim.pk).update(name="Kim Abara")
    client = cast.client(cast.admin)
    for query, count in (
        (f"product={other.pk}", 2),
        (f"team={cast.team.pk}", 1),
        (f"pool={second.pool_id}", 2),
        ("q=abara+kim", 1),
        (f"q=kim&team={cast.other_team.pk}", 0),
        ("team=nonsense", 3),
        ("q=%00", 3),
    ):
        assert rows(client, cast.url(f"enrolments/?{query}")) == count, query


def test_people_found_are_many(cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("orgs.querysets.FEW", 1)
    given(cast, make_allocation(cast.admin, cast.team, cast.product), 3)
    assert rows(cast.client(cast.admin), cast.url("enrolments/?q=learner")) == 3


def test_manager_sees_those_of_own_teams_and_no_pools(cast: Cast) -> None:
    own = make_allocation(cast.admin, cast.team, cast.product)
    theirs = make_allocation(cast.admin, cast.other_team, cast.product)
    (learner,) = given(cast, own)
    (stranger,) = given(cast, theirs)
    client = cast.client(cast.manager)
    shown = client.get(cast.url(f"enrolments/?pool={theirs.pool_id}")).content.decode()
    assert learner.email in shown
    assert stranger.email not in shown
    assert "Classroom B" not in shown
    assert "pools/" not in shown
    asked = cast.url(f"enrolments/?team={cast.other_team.pk}&status=all&q={stranger.email}")
    assert rows(client, asked) == 0


SORTS = ["person", "-person", "started", "-started", "ends", "-ends"]


def test_every_order_pages_through_all(cast: Cast) -> None:
    given(cast, make_allocation(cast.admin, cast.team, cast.product, seats=None), 54)
    for enrolment in Enrolment.objects.all()[:3]:
        revoke(actor=cast.admin, enrolment=enrolment)
    client = cast.client(cast.admin)
    for sort in SORTS:
        for status, count in (("", 51), ("ended", 3), ("all", 54)):
            page = client.get(cast.url(f"enrolments/?sort={sort}&status={status}")).context["page"]
            ids = {row.id for row in page}
            while page.next_url:
                page = client.get(cast.url(f"enrolments/{page.next_url}")).context["page"]
                ids |= {row.id for row in page}
            assert len(ids) == count, (sort, status)


def test_queries_do_not_grow_with_the_enrolments(cast: Cast) -> None:
    own = make_allocation(cast.admin, cast.team, cast.product, seats=None)
    other = make_allocation(cast.admin, cast.other_team, cast.product, seats=None)
    clients = [cast.client(member) for member in (cast.admin, cast.manager)]
    counts: list[int] = []
    for many in (2, 20):
        given(cast, own, many)
        given(cast, other, many)
        counts += [queries(client, cast.url("enrolments/?q=learner")) for client in clients]
    assert counts[:2] == counts[2:]
