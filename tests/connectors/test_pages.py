"""The pages of learning systems: connecting, choosing courses, and what is in sync and why not."""

import re
from html import unescape

import pytest
from django.test import Client

from seatdash.connectors.models import (
    Comparison,
    Connection,
    CourseAccess,
    CourseMapping,
    FoundThere,
)
from seatdash.connectors.services.connecting import connect, switch_off
from seatdash.secrets import decrypt
from seats.models import Allocation, Enrolment, Product
from seats.services.catalogue import create_product
from tests.conftest import Cast
from tests.connectors.moodle_server import TOKEN, MoodleServer
from tests.connectors.story import catch_up, connect_moodle, enrol_one, furnish, open_courses
from tests.connectors.vendor import Answer
from tests.factories import enrol_new, make_allocation
from tests.pages import queries, text, url

STRANGER = "stranger@north.example"


@pytest.fixture
def client(cast: Cast) -> Client:
    return cast.client(cast.admin)


@pytest.fixture
def connection(cast: Cast, moodle_there: MoodleServer) -> Connection:
    return connect_moodle(cast.admin, moodle_there)


@pytest.fixture
def allocation(cast: Cast) -> Allocation:
    return make_allocation(cast.admin, cast.team, cast.product)


def said(client: Client, address: str, **data: str) -> str:
    """Press a button, and read the page that one comes to."""
    return text(client.post(address, data, follow=True))


def test_system_is_connected_in_two_steps(
    cast: Cast, client: Client, moodle_there: MoodleServer
) -> None:
    address = url(cast, "connect-system")
    assert "Open edX" in text(client.get(address))
    filled = {
        "name": "Our Moodle",
        "address": f"{moodle_there.url}/lms/",
        "secret": TOKEN,
        "on_end": "unenrol",
        "role": "5",
    }
    page = text(client.post(f"{address}?kind=moodle", filled, follow=True))
    assert "Connected Our Moodle. Nothing is sent yet." in page
    made = Connection.objects.get()
    assert (made.is_on, made.takes_external_ids, made.options["on_end"]) == (
        False,
        False,
        "unenrol",
    )
    assert made.address == f"{moodle_there.url}/lms"
    assert moodle_there.asked == []


@pytest.mark.parametrize("kind", ["thinkific", "moodle", "open_edx", "webhook_only"])
def test_each_kind_asks_for_what_it_needs(cast: Cast, client: Client, kind: str) -> None:
    address = f"{url(cast, 'connect-system')}?kind={kind}"
    assert client.get(address).status_code == 200
    assert client.post(address, {"name": ""}).status_code == 422


def test_secret_is_kept_encrypted_and_in_no_page(
    cast: Cast, client: Client, connection: Connection
) -> None:
    kept = bytes(Connection.objects.get().secret)
    assert TOKEN.encode() not in kept
    assert decrypt(kept) == TOKEN
    for name in ("learning-system", "change-system", "system-courses"):
        page = client.get(url(cast, name, connection.pk)).content.decode()
        assert TOKEN not in page, name


def test_secret_stays_unless_a_new_one_is_typed(
    cast: Cast, client: Client, connection: Connection
) -> None:
    filled = {"name": "Renamed", "address": "https://learn.example", "on_end": "suspend"}
    client.post(url(cast, "change-system", connection.pk), filled | {"role": "7"})
    connection.refresh_from_db()
    assert (connection.name, decrypt(connection.secret)) == ("Renamed", TOKEN)
    client.post(url(cast, "change-system", connection.pk), filled | {"role": "7", "secret": "new"})
    connection.refresh_from_db()
    assert decrypt(connection.secret) == "new"


def test_test_says_what_it_found(cast: Cast, client: Client, connection: Connection) -> None:
    page = said(client, url(cast, "test-system", connection.pk))
    assert "It answers: North Moodle, 2 courses." in page


def test_test_says_what_is_missing_or_wrong(
    cast: Cast, client: Client, connection: Connection, moodle_there: MoodleServer
) -> None:
    moodle_there.functions.remove("core_user_create_users")
    assert "core_user_create_users" in said(client, url(cast, "test-system", connection.pk))
    moodle_there.instead = [Answer(500, {})]
    assert "did not answer" in said(client, url(cast, "test-system", connection.pk))


def test_private_address_is_refused_where_it_is_not_allowed(
    cast: Cast, client: Client, connection: Connection, settings: object
) -> None:
    settings.ALLOW_PRIVATE_ADDRESSES = False  # type: ignore[attr-defined]
    connection.address = "https://127.0.0.1:8443"
    connection.save()
    assert "private network" in said(client, url(cast, "test-system", connection.pk))


def test_course_of_a_product_is_chosen_from_those_there_are(
    cast: Cast, client: Client, connection: Connection
) -> None:
    address = url(cast, "choose-courses", connection.pk, cast.product.pk)
    page = unescape(client.get(address).content.decode())
    assert re.findall(r'<option value="(\d+)"', page) == ["7", "8"]
    assert "opens what you chose" in text(client.post(address, {"course": "7"}, follow=True))
    mapped = CourseMapping.objects.get()
    assert (mapped.course, mapped.course_name) == ("7", "Accounting")
    assert client.post(address, {"course": "99"}).status_code == 422


def test_bundle_opens_several_courses(cast: Cast, client: Client, connection: Connection) -> None:
    bundle = create_product(actor=cast.admin, code="ALL", name="All", kind=Product.Kind.BUNDLE)
    address = url(cast, "choose-courses", connection.pk, bundle.pk)
    client.post(address, {"courses": ["7", "8"]})
    assert set(CourseMapping.objects.values_list("course", flat=True)) == {"7", "8"}
    assert "AccountingBookkeeping" in text(client.get(url(cast, "system-courses", connection.pk)))


def test_course_ids_are_typed_where_the_system_is_silent(
    cast: Cast, client: Client, connection: Connection, moodle_there: MoodleServer
) -> None:
    address = url(cast, "choose-courses", connection.pk, cast.product.pk)
    moodle_there.instead = [Answer(500, {})] * 2
    assert "did not answer" in text(client.get(address))
    client.post(address, {"ids": " 7 \n\n8"})
    assert set(CourseMapping.objects.values_list("course", flat=True)) == {"7", "8"}


def test_product_without_a_course_shows_the_id_of_the_catalogue(
    cast: Cast, client: Client, connection: Connection
) -> None:
    create_product(actor=cast.admin, code="BK", name="Books", external_id="8")
    create_product(actor=cast.admin, code="XX", name="Elsewhere", external_id="not-a-moodle-id")
    page = text(client.get(url(cast, "system-courses", connection.pk)))
    assert "8its course id in the catalogue" in page
    assert "not-a-moodle-id" not in page


def test_nothing_is_sent_before_it_is_switched_on(
    cast: Cast, client: Client, connection: Connection, moodle_there: MoodleServer
) -> None:
    page = text(client.get(url(cast, "learning-system", connection.pk)))
    assert "It is off: nothing is sent" in page
    assert "Switched on" in said(client, url(cast, "switch-system", connection.pk))
    assert "Switched off" in said(client, url(cast, "switch-system", connection.pk), off="1")
    assert moodle_there.asked == []


def test_page_shows_who_is_in_sync_who_failed_and_why(
    cast: Cast,
    client: Client,
    connection: Connection,
    allocation: Allocation,
    moodle_there: MoodleServer,
) -> None:
    open_courses(cast.admin, connection, cast.product, "7")
    enrolment = enrol_one(cast.admin, allocation)
    enrol_new(cast.admin, allocation)
    moodle_there.add_user(enrolment.member.email)
    moodle_there.add_user(enrolment.member.email)
    catch_up(connection)
    address = url(cast, "learning-system", connection.pk)
    page = text(client.get(address))
    assert "In sync 1 Waiting 0 Failed 1" in page
    assert "Several accounts have the address" in page
    failed = text(client.get(f"{address}?state=failed"))
    assert failed.count("Course 7") == 1


def test_failed_access_is_tried_again_at_a_click(
    cast: Cast, client: Client, connection: Connection, allocation: Allocation
) -> None:
    open_courses(cast.admin, connection, cast.product, "7")
    enrol_one(cast.admin, allocation)
    catch_up(connection)
    CourseAccess.objects.update(state="failed", problem="No.")
    address = url(cast, "retry-access", CourseAccess.objects.get().pk)
    assert "tried again now" in said(client, address)
    assert CourseAccess.objects.get().state == "waiting"


def test_sync_can_be_left_and_come_back_to(
    cast: Cast, client: Client, connection: Connection
) -> None:
    open_courses(cast.admin, connection, cast.product, "7")
    said(client, url(cast, "compare-system", connection.pk))
    address = url(cast, "learning-system", connection.pk)
    assert "Comparing both sides" in text(client.get(address))
    asked = {"HX-Request": "true", "HX-Target": "standing"}
    fragment = client.get(address, headers=asked)
    assert b'hx-trigger="every 2s"' in fragment.content
    assert b"<html" not in fragment.content
    catch_up(connection)
    assert client.get(address, headers=asked)["HX-Refresh"] == "true"
    assert "Last sync" in text(client.get(address))
    assert Comparison.objects.get().started_by == cast.admin


def test_second_sync_is_refused_while_one_runs(
    cast: Cast, client: Client, connection: Connection
) -> None:
    open_courses(cast.admin, connection, cast.product, "7")
    said(client, url(cast, "compare-system", connection.pk))
    assert "compared already" in said(client, url(cast, "compare-system", connection.pk))


@pytest.fixture
def found(
    cast: Cast, connection: Connection, allocation: Allocation, moodle_there: MoodleServer
) -> FoundThere:
    """Let a stranger be in the course of ACC-101, and be found."""
    open_courses(cast.admin, connection, cast.product, "7")
    moodle_there.add_enrolment(STRANGER, 7)
    client = cast.client(cast.admin)
    client.post(url(cast, "compare-system", connection.pk))
    catch_up(connection)
    return FoundThere.objects.get()


def test_stranger_is_shown_and_enrolled_by_choice(
    cast: Cast, client: Client, connection: Connection, allocation: Allocation, found: FoundThere
) -> None:
    assert STRANGER in text(client.get(url(cast, "only-there", connection.pk)))
    address = url(cast, "enrol-found", found.pk)
    assert "Classroom A · ACC-101" in text(client.get(address))
    page = text(client.post(address, {"allocation": allocation.pk}, follow=True))
    assert "The end is that of the pool." in page
    assert Enrolment.objects.unended().get().member.email == STRANGER


def test_stranger_is_ended_there_by_choice(
    cast: Cast,
    client: Client,
    connection: Connection,
    found: FoundThere,
    moodle_there: MoodleServer,
) -> None:
    address = url(cast, "end-found", found.pk)
    assert "Nothing changes here." in text(client.get(address))
    assert "is being ended there" in text(client.post(address, follow=True))
    catch_up(connection)
    there = moodle_there.enrolment(STRANGER, 7)
    assert there
    assert there["suspended"] == 1


def test_stranger_cannot_be_enrolled_where_no_team_has_seats(
    cast: Cast, client: Client, found: FoundThere
) -> None:
    Product.objects.update(external_id="")
    CourseMapping.objects.all().delete()
    assert "No team has seats" in text(client.get(url(cast, "enrol-found", found.pk)))


def test_stranger_of_a_connection_that_is_off_stays(
    cast: Cast, client: Client, connection: Connection, found: FoundThere
) -> None:
    switch_off(actor=cast.admin, connection=connection)
    refused = client.post(url(cast, "end-found", found.pk))
    assert refused.status_code == 409
    assert "Switch it on first." in text(refused)


def test_removing_forgets_the_connection_and_ends_nothing_there(
    cast: Cast,
    client: Client,
    connection: Connection,
    allocation: Allocation,
    moodle_there: MoodleServer,
) -> None:
    open_courses(cast.admin, connection, cast.product, "7")
    enrolment = enrol_one(cast.admin, allocation)
    catch_up(connection)
    asked = len(moodle_there.asked)
    page = text(client.post(url(cast, "remove-system", connection.pk), follow=True))
    assert "Removed Moodle." in page
    assert not CourseAccess.objects.exists()
    assert len(moodle_there.asked) == asked
    assert moodle_there.enrolment(enrolment.member.email, 7)


def test_webhooks_only_point_to_the_webhooks(cast: Cast, client: Client) -> None:
    made = connect(actor=cast.admin, kind=Connection.Kind.WEBHOOK_ONLY, name="Our own")
    page = text(client.get(url(cast, "learning-system", made.pk)))
    assert "There is nothing to call here." in page
    assert "Switch on" not in page


def test_lists_take_the_same_queries_at_two_sizes(
    cast: Cast, client: Client, allocation: Allocation
) -> None:
    connection = furnish(cast.admin, cast.product)
    address = url(cast, "learning-system", connection.pk)
    few = queries(client, address)
    now = CourseAccess.objects.get()
    for learner in enrol_new(cast.admin, allocation, 8):
        now.pk, now.member_id = learner.enrolment_id, learner.member_id
        now.save(force_insert=True)
    assert queries(client, address) == few
