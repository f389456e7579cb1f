"""An erased person: access there ends, then nothing of them is left with the connections."""

import pytest

from seatdash.connectors.models import Connection, CourseAccess, FoundThere
from seatdash.connectors.services.connecting import switch_off
from seatdash.connectors.services.erasing import forget_person
from seats.services.erasing import erase
from tests.conftest import Cast
from tests.connectors.moodle_server import MoodleServer
from tests.connectors.story import catch_up, connect_moodle, enrol_one, open_courses
from tests.factories import make_allocation


@pytest.fixture
def connection(cast: Cast, moodle_there: MoodleServer) -> Connection:
    made = connect_moodle(cast.admin, moodle_there)
    open_courses(cast.admin, made, cast.product, "7")
    return made


def test_access_there_ends_though_the_address_is_gone_here(
    cast: Cast, connection: Connection, moodle_there: MoodleServer
) -> None:
    allocation = make_allocation(cast.admin, cast.team, cast.product)
    member = enrol_one(cast.admin, allocation).member
    catch_up(connection)
    email = member.email
    erase(actor=cast.admin, member=member)
    member.refresh_from_db()
    assert member.email != email
    assert not CourseAccess.objects.exists()
    catch_up(connection)
    there = moodle_there.enrolment(email, 7)
    assert there
    assert there["suspended"] == 1
    assert not FoundThere.objects.exists()


def test_who_was_found_there_is_forgotten(
    cast: Cast, connection: Connection, moodle_there: MoodleServer
) -> None:
    kept = FoundThere(organisation=cast.organisation, connection=connection, course="7")
    kept.email, kept.name, kept.next_at = cast.manager.email, "Known", connection.created_at
    kept.save()
    forget_person(cast.manager)
    assert not FoundThere.objects.exists()


def test_connection_that_is_off_keeps_no_address(
    cast: Cast, connection: Connection, moodle_there: MoodleServer
) -> None:
    member = enrol_one(cast.admin, make_allocation(cast.admin, cast.team, cast.product)).member
    catch_up(connection)
    switch_off(actor=cast.admin, connection=connection)
    forget_person(member)
    assert not CourseAccess.objects.exists()
    assert not FoundThere.objects.exists()
