"""What happens to seats happens in the learning system: the union of them, and in the end."""

from datetime import timedelta

import pytest

from seatdash.connectors.models import Connection, CourseAccess
from seatdash.connectors.services.connecting import switch_off, switch_on
from seatdash.connectors.services.mapping import choose_courses
from seats import clock
from seats.models import Allocation, Enrolment, Product
from seats.services.catalogue import create_product
from seats.services.chaining import link_entries_of
from seats.services.enrolment import enrol
from seats.services.expiry import expire_due
from seats.services.leaving import offboard
from seats.services.revocation import extend, revoke
from seats.services.terms import Terms
from teams.services import admit
from tests.conftest import Cast
from tests.connectors.open_edx_server import ACCOUNTING, OpenEdxServer
from tests.connectors.story import (
    NOW,
    at,
    catch_up,
    connect_open_edx,
    connect_thinkific,
    enrol_one,
    open_courses,
    states,
)
from tests.connectors.thinkific_server import ThinkificServer
from tests.factories import enrolment_of, make_allocation

pytestmark = pytest.mark.usefixtures("today")


def second_pool(cast: Cast, enrolment: Enrolment, days: int) -> Enrolment:
    """Give the same person a seat of the same product through Classroom B."""
    terms = Terms(terms_days=days)
    other = make_allocation(cast.admin, cast.other_team, cast.product, terms=terms)
    admit(actor=cast.admin, team=cast.other_team, members=[enrolment.member_id])
    (line,) = enrol(actor=cast.admin, allocation=other, members=[enrolment.member_id])
    return enrolment_of(line)


def ends(there: ThinkificServer) -> list[str | None]:
    return [each["expiry_date"] for each in there.enrollments]


def test_enrolment_gives_access_until_its_end(
    cast: Cast, connection: Connection, allocation: Allocation, thinkific_there: ThinkificServer
) -> None:
    enrolment = enrol_one(cast.admin, allocation)
    catch_up(connection)
    (there,) = thinkific_there.enrollments
    assert there["user_email"] == enrolment.member.email
    assert there["activated_at"] == "2026-11-25T12:00:00Z"
    assert ends(thinkific_there) == ["2026-12-25T12:00:00Z"]
    assert states(connection) == ["synced"]


def test_revoking_ends_access(
    cast: Cast, connection: Connection, allocation: Allocation, thinkific_there: ThinkificServer
) -> None:
    enrolment = enrol_one(cast.admin, allocation)
    catch_up(connection)
    revoke(actor=cast.admin, enrolment=enrolment)
    at(NOW + timedelta(hours=1), connection, thinkific_there)
    assert ends(thinkific_there) == ["2026-11-25T13:00:00Z"]


def test_access_lasts_until_the_latest_end(
    cast: Cast, connection: Connection, allocation: Allocation, thinkific_there: ThinkificServer
) -> None:
    enrolment = enrol_one(cast.admin, allocation)
    catch_up(connection)
    second_pool(cast, enrolment, days=60)
    catch_up(connection)
    assert ends(thinkific_there) == ["2027-01-24T12:00:00Z"]


def test_shorter_seat_shortens_no_access(
    cast: Cast, connection: Connection, allocation: Allocation, thinkific_there: ThinkificServer
) -> None:
    second_pool(cast, enrol_one(cast.admin, allocation), days=10)
    catch_up(connection)
    assert ends(thinkific_there) == ["2026-12-25T12:00:00Z"]


def test_ending_one_of_two_seats_leaves_the_access(
    cast: Cast, connection: Connection, allocation: Allocation, thinkific_there: ThinkificServer
) -> None:
    enrolment = enrol_one(cast.admin, allocation)
    second_pool(cast, enrolment, days=10)
    catch_up(connection)
    revoke(actor=cast.admin, enrolment=enrolment)
    catch_up(connection)
    assert ends(thinkific_there) == ["2026-12-05T12:00:00Z"]
    assert CourseAccess.objects.get().is_wanted


def test_extending_moves_the_end(
    cast: Cast, connection: Connection, allocation: Allocation, thinkific_there: ThinkificServer
) -> None:
    enrolment = enrol_one(cast.admin, allocation)
    catch_up(connection)
    extend(actor=cast.admin, enrolment=enrolment, expires_at=NOW + timedelta(days=90))
    catch_up(connection)
    assert ends(thinkific_there) == ["2027-02-23T12:00:00Z"]


def test_offboarding_ends_every_course(
    cast: Cast, connection: Connection, allocation: Allocation, thinkific_there: ThinkificServer
) -> None:
    open_courses(cast.admin, connection, cast.product, "7", "8")
    enrolment = enrol_one(cast.admin, allocation)
    catch_up(connection)
    offboard(actor=cast.admin, member=enrolment.member)
    catch_up(connection)
    assert ends(thinkific_there) == ["2026-11-25T12:00:00Z"] * 2


def test_course_of_two_products_stays_while_either_opens_it(
    cast: Cast, connection: Connection, allocation: Allocation, thinkific_there: ThinkificServer
) -> None:
    bundle = create_product(actor=cast.admin, code="ALL", name="All", kind=Product.Kind.BUNDLE)
    open_courses(cast.admin, connection, bundle, "7", "8")
    enrolment = enrol_one(cast.admin, allocation)
    of_bundle = make_allocation(cast.admin, cast.team, bundle, terms=Terms())
    enrol(actor=cast.admin, allocation=of_bundle, members=[enrolment.member_id])
    catch_up(connection)
    revoke(actor=cast.admin, enrolment=enrolment)
    catch_up(connection)
    assert ends(thinkific_there) == [None, None]


def test_expiry_ends_access_where_enrolments_have_no_end(
    cast: Cast, allocation: Allocation, open_edx_there: OpenEdxServer
) -> None:
    connection = connect_open_edx(cast.admin, open_edx_there)
    open_courses(cast.admin, connection, cast.product, ACCOUNTING)
    enrolment = enrol_one(cast.admin, allocation)
    open_edx_there.users[enrolment.member.email] = "kim"
    catch_up(connection)
    assert open_edx_there.enrolled[ACCOUNTING] == [enrolment.member.email]
    with clock.telling(NOW + timedelta(days=31)):
        expire_due(organisation=cast.organisation)
    at(NOW + timedelta(days=31), connection, open_edx_there)
    assert open_edx_there.enrolled[ACCOUNTING] == []


def test_product_opens_its_own_course_id_where_none_is_chosen(
    cast: Cast, thinkific_there: ThinkificServer
) -> None:
    product = create_product(actor=cast.admin, code="BK", name="Books", external_id="8")
    connection = connect_thinkific(cast.admin, thinkific_there)
    switch_on(actor=cast.admin, connection=connection)
    enrol_one(cast.admin, make_allocation(cast.admin, cast.team, product))
    catch_up(connection)
    assert [each["course_id"] for each in thinkific_there.enrollments] == [8]


def test_seats_there_were_before_are_told_when_it_is_switched_on(
    cast: Cast, allocation: Allocation, thinkific_there: ThinkificServer
) -> None:
    enrol_one(cast.admin, allocation)
    link_entries_of(cast.organisation)
    connection = connect_thinkific(cast.admin, thinkific_there)
    catch_up(connection)
    assert thinkific_there.asked == []
    open_courses(cast.admin, connection, cast.product, "7")
    catch_up(connection)
    assert len(thinkific_there.enrollments) == 1


def test_what_happened_while_it_was_off_is_told_when_it_is_on(
    cast: Cast, connection: Connection, allocation: Allocation, thinkific_there: ThinkificServer
) -> None:
    enrolment = enrol_one(cast.admin, allocation)
    catch_up(connection)
    switch_off(actor=cast.admin, connection=connection)
    revoke(actor=cast.admin, enrolment=enrolment)
    catch_up(connection)
    assert ends(thinkific_there) == ["2026-12-25T12:00:00Z"]
    switch_on(actor=cast.admin, connection=connection)
    catch_up(connection)
    assert ends(thinkific_there) == ["2026-11-25T12:00:00Z"]


def test_another_course_is_opened_and_the_former_ended(
    cast: Cast, connection: Connection, allocation: Allocation, thinkific_there: ThinkificServer
) -> None:
    enrol_one(cast.admin, allocation)
    catch_up(connection)
    open_courses(cast.admin, connection, cast.product, "8")
    catch_up(connection)
    found = {each["course_id"]: each["expiry_date"] for each in thinkific_there.enrollments}
    assert found == {7: "2026-11-25T12:00:00Z", 8: "2026-12-25T12:00:00Z"}


def test_product_that_opens_no_course_is_told_to_nobody(
    cast: Cast, connection: Connection, allocation: Allocation, thinkific_there: ThinkificServer
) -> None:
    choose_courses(actor=cast.admin, connection=connection, product=cast.product, courses=[])
    enrol_one(cast.admin, allocation)
    catch_up(connection)
    assert thinkific_there.asked == []


def test_telling_again_what_was_told_changes_nothing(
    cast: Cast, connection: Connection, allocation: Allocation, thinkific_there: ThinkificServer
) -> None:
    enrol_one(cast.admin, allocation)
    catch_up(connection)
    before = [dict(each) for each in thinkific_there.enrollments]
    # As after a worker that was killed between the call and the note of it.
    CourseAccess.objects.update(state="waiting", was_told=None)
    catch_up(connection)
    assert thinkific_there.enrollments == before
    assert len(thinkific_there.users) == 1
