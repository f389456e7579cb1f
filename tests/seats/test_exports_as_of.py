"""The exports as of a past moment, and moments that make no sense."""

from datetime import timedelta

import pytest
from django.utils import timezone

from seats import books, clock
from seats.models import Enrolment
from seats.services.archive import archive_pool
from seats.services.revocation import revoke
from seats.services.taking import take_away
from tests.conftest import Cast
from tests.factories import enrol_new, make_allocation, make_shared_pool
from tests.seats.downloads import download, inside


def test_usage_as_of_a_moment_is_what_the_screen_said_then(stage: Cast) -> None:
    three_days_ago = timezone.now() - timedelta(days=3)
    with inside(stage), clock.telling(three_days_ago - timedelta(days=1)):
        allocation = make_allocation(stage.admin, stage.team, stage.product, seats=5)
        enrol_new(stage.manager, allocation, 2)
    before = download(stage, "usage")
    with inside(stage):
        enrol_new(stage.manager, allocation, 3)
        take_away(actor=stage.admin, pool=allocation.pool, seats=4)
    then = download(stage, "usage", as_of=three_days_ago.isoformat())
    assert then == [row | {"as_of": f"{three_days_ago:%Y-%m-%dT%H:%M:%S.%fZ}"} for row in before]
    now = download(stage, "usage")
    assert (now[0]["pool_used"], now[0]["over_committed"]) == ("5", "4")
    assert download(stage, "usage", as_of=now[0]["as_of"]) == now


def test_usage_as_of_shows_a_pool_that_was_open_then(stage: Cast) -> None:
    yesterday = timezone.now() - timedelta(days=1)
    with inside(stage), clock.telling(yesterday - timedelta(hours=1)):
        allocation = make_allocation(stage.admin, stage.team, stage.product, seats=5)
    with inside(stage):
        archive_pool(actor=stage.admin, pool=allocation.pool)
    assert download(stage, "usage") == []
    (row,) = download(stage, "usage", as_of=yesterday.isoformat())
    assert (row["kind"], row["team"], row["available"]) == ("dedicated", "Classroom A", "5")
    assert download(stage, "usage", as_of="2001-01-01") == []


def test_usage_as_of_equals_the_books(stage: Cast) -> None:
    with inside(stage):
        teams = [stage.team, stage.other_team]
        _pool, (first, second) = make_shared_pool(stage.admin, stage.product, teams, seats=9)
        enrol_new(stage.manager, first, 2)
        enrol_new(stage.manager, second, 4)
    moment = timezone.now()
    rows = download(stage, "usage", as_of=moment.isoformat())
    usage = books.as_of(stage.organisation, moment)
    assert [(row["team"], int(row["team_used"]), int(row["available"])) for row in rows] == [
        (each.team, each.team_used, each.available) for each in usage
    ]


def test_enrolments_as_of_have_their_status_then(stage: Cast) -> None:
    two_days_ago = timezone.now() - timedelta(days=2)
    with inside(stage):
        with clock.telling(two_days_ago - timedelta(days=1)):
            allocation = make_allocation(stage.admin, stage.team, stage.product)
            (line,) = enrol_new(stage.manager, allocation)
        revoke(actor=stage.admin, enrolment=Enrolment.objects.get(member=line.member_id))
        enrol_new(stage.manager, allocation)
    assert [row["status"] for row in download(stage, "enrolments")] == ["revoked", "live"]
    (then,) = download(stage, "enrolments", as_of=two_days_ago.isoformat())
    assert (then["status"], then["ended_at"], then["end_reason"]) == ("live", "", "")


@pytest.mark.parametrize(
    ("as_of", "status"),
    [
        ("yesterday", 400),
        ("2026-13-40", 400),
        ("0001-01-01T00:00:00+14:00", 400),
        ("9999-12-31T23:59:59-12:00", 400),
        ("9" * 500, 400),
        ("2026-01-01\x00", 400),
        ("2999-01-01", 422),
        ("2999-01-01T00:00:00Z", 422),
    ],
)
@pytest.mark.parametrize("name", ["usage", "enrolments"])
def test_moment_that_makes_no_sense_is_refused_in_words(
    cast: Cast, name: str, as_of: str, status: int
) -> None:
    response = cast.client(cast.finance).get(cast.url(f"reports/{name}.csv"), {"as_of": as_of})
    assert response.status_code == status
    assert 'aria-invalid="true"' in response.content.decode()


def test_moment_whose_plus_sign_was_lost_is_understood(stage: Cast) -> None:
    client = stage.client(stage.finance)
    response = client.get(stage.url("reports/usage.csv?as_of=2026-01-01T10:00:00+02:00"))
    assert response.status_code == 200
