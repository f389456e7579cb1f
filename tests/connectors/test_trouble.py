"""A learning system that fails, refuses or asks for a pause: nothing is lost, nor hammered."""

from datetime import datetime, timedelta

import pytest
from django.core import mail
from django.core.mail import EmailMessage
from procrastinate.contrib.django.models import ProcrastinateJob
from pytest_django.fixtures import Settings

from seatdash.connectors.errors import SwitchedOff
from seatdash.connectors.models import Comparison, Connection, CourseAccess
from seatdash.connectors.services import telling
from seatdash.connectors.services.comparing import compare
from seatdash.connectors.services.connecting import reconnect, switch_off
from seatdash.connectors.services.settling import retry
from seatdash.connectors.tasks import mail_failing, wake_connections
from seats import clock
from seats.models import Allocation
from tests.conftest import Cast
from tests.connectors.story import (
    NOW,
    at,
    catch_up,
    enrol_one,
    states,
)
from tests.connectors.thinkific_server import KEY, ThinkificServer
from tests.connectors.vendor import Answer
from tests.factories import enrol_new, make_allocation
from tests.pages import url

pytestmark = pytest.mark.usefixtures("today")
DOWN = Answer(503, b"<html>Down</html>")


def after(**pause: float) -> datetime:
    return NOW + timedelta(**pause)


@pytest.fixture
def allocation(cast: Cast) -> Allocation:
    return make_allocation(cast.admin, cast.team, cast.product, seats=100)


def access() -> CourseAccess:
    return CourseAccess.objects.get()


def test_limit_of_the_learning_system_is_kept(
    cast: Cast, connection: Connection, allocation: Allocation, thinkific_there: ThinkificServer
) -> None:
    thinkific_there.limit = 12
    enrol_new(cast.admin, allocation, 5)
    catch_up(connection)
    # Four calls for each, so three got through, and the thirteenth call was turned away.
    assert states(connection) == ["synced"] * 3 + ["waiting"] * 2
    assert connection.not_before == after(seconds=60)
    asked = len(thinkific_there.asked)
    at(after(seconds=59), connection, thinkific_there)
    assert len(thinkific_there.asked) == asked == 13
    at(after(seconds=60), connection, thinkific_there)
    assert states(connection) == ["synced"] * 5


def test_failed_call_is_made_again_after_a_growing_pause(
    cast: Cast, connection: Connection, allocation: Allocation, thinkific_there: ThinkificServer
) -> None:
    enrol_one(cast.admin, allocation)
    thinkific_there.instead = [DOWN, DOWN]
    catch_up(connection)
    assert (access().state, access().next_at) == ("waiting", after(seconds=30))
    at(after(seconds=29), connection, thinkific_there)
    assert len(thinkific_there.asked) == 1
    at(after(seconds=30), connection, thinkific_there)
    assert access().next_at == after(seconds=150)
    at(after(seconds=150), connection, thinkific_there)
    assert states(connection) == ["synced"]
    assert access().problem == ""


def test_learning_system_that_is_down_is_left_alone_longer_each_time(
    cast: Cast, connection: Connection, allocation: Allocation, thinkific_there: ThinkificServer
) -> None:
    enrol_new(cast.admin, allocation, 5)
    thinkific_there.instead = [DOWN] * 4
    catch_up(connection)
    assert len(thinkific_there.asked) == 3
    assert connection.not_before == after(seconds=30)
    assert "503" in connection.problem
    at(after(seconds=30), connection, thinkific_there)
    assert len(thinkific_there.asked) == 4
    assert connection.not_before == after(seconds=150)
    at(after(days=1), connection, thinkific_there)
    assert states(connection) == ["synced"] * 5
    assert (connection.problem, connection.failures) == ("", 0)


def call_with_a_wrong_key(cast: Cast, connection: Connection, allocation: Allocation) -> None:
    reconnect(actor=cast.admin, connection=connection, secret="wrong")
    enrol_one(cast.admin, allocation)
    catch_up(connection)


def test_wrong_credentials_stop_everything_at_once(
    cast: Cast, connection: Connection, allocation: Allocation, thinkific_there: ThinkificServer
) -> None:
    reconnect(actor=cast.admin, connection=connection, secret="wrong")
    enrol_new(cast.admin, allocation, 3)
    catch_up(connection)
    assert len(thinkific_there.asked) == 1
    assert "Authentication Error" in connection.problem
    assert states(connection) == ["waiting"] * 3


def test_new_credentials_are_tried_at_once(
    cast: Cast, connection: Connection, allocation: Allocation, thinkific_there: ThinkificServer
) -> None:
    call_with_a_wrong_key(cast, connection, allocation)
    reconnect(actor=cast.admin, connection=connection, secret=KEY)
    catch_up(connection)
    assert states(connection) == ["synced"]
    assert connection.problem == ""


def test_credentials_of_a_lost_secret_key_are_asked_for_anew(
    cast: Cast,
    connection: Connection,
    allocation: Allocation,
    thinkific_there: ThinkificServer,
    settings: Settings,
) -> None:
    enrol_one(cast.admin, allocation)
    settings.SECRET_KEY = "another"
    catch_up(connection)
    assert "Give them anew" in connection.problem
    assert thinkific_there.asked == []


def test_all_that_waited_goes_on_once_the_lost_key_is_named_again(
    cast: Cast, connection: Connection, allocation: Allocation, settings: Settings
) -> None:
    compare(actor=cast.admin, connection=connection)
    enrol_one(cast.admin, allocation)
    key = settings.SECRET_KEY
    settings.SECRET_KEY = "another"
    catch_up(connection)
    settings.SECRET_KEY_FALLBACKS = [key]
    page = url(cast, "learning-system", connection.pk)
    retry_url = url(cast, "retry-system", connection.pk)
    assert retry_url in cast.client(cast.admin).get(page).content.decode()
    cast.client(cast.admin).post(retry_url)
    catch_up(connection)
    assert states(connection) == ["synced"]
    assert Comparison.objects.get().state == "done"
    assert connection.problem == ""


def letters() -> list[EmailMessage]:
    """Let the worker look at what fails, and write its letters; answers the new ones."""
    wake_connections(0)
    before = len(mail.outbox)
    for job in ProcrastinateJob.objects.filter(status="todo", task_name=mail_failing.name):
        mail_failing(**job.args)
    ProcrastinateJob.objects.filter(task_name=mail_failing.name).delete()
    return mail.outbox[before:]


def test_admins_get_one_letter_when_it_has_failed_for_a_day(
    cast: Cast, connection: Connection, allocation: Allocation, thinkific_there: ThinkificServer
) -> None:
    call_with_a_wrong_key(cast, connection, allocation)
    with clock.telling(after(hours=23, minutes=59)):
        assert letters() == []
    with clock.telling(after(days=1)):
        (letter,) = letters()
        assert letter.to == ["admin@north.example"]
        assert "Authentication Error" in str(letter.body)
        assert f"/settings/learning-systems/{connection.pk}/" in str(letter.body)
        assert letters() == []
    at(after(days=3), connection, thinkific_there)
    with clock.telling(after(days=5)):
        assert letters() == []


def test_admins_are_written_to_again_only_once_it_has_worked_in_between(
    cast: Cast, connection: Connection, allocation: Allocation, thinkific_there: ThinkificServer
) -> None:
    enrol_one(cast.admin, allocation)
    story = (("wrong", 0, 1), ("also wrong", 2, 0), (KEY, 4, 0), ("wrong again", 6, 1))
    for key, first_day, expected in story:
        with clock.telling(after(days=first_day)):
            reconnect(actor=cast.admin, connection=connection, secret=key)
            enrol_one(cast.admin, allocation)
        at(after(days=first_day), connection, thinkific_there)
        with clock.telling(after(days=first_day + 1)):
            assert len(letters()) == expected, key


def test_letter_is_in_the_language_of_its_reader_and_not_written_once_it_works(
    cast: Cast, connection: Connection, allocation: Allocation, thinkific_there: ThinkificServer
) -> None:
    call_with_a_wrong_key(cast, connection, allocation)
    user = cast.admin.user
    assert user
    user.language = "de"
    user.save()
    facts = {
        "organisation_id": str(cast.organisation.pk),
        "connection_id": str(connection.pk),
        "member_id": str(cast.admin.pk),
    }
    with clock.telling(after(days=1)):
        mail_failing(**facts)
        assert "Nichts geht verloren" in str(mail.outbox[0].body)
        reconnect(actor=cast.admin, connection=connection, secret=KEY)
        mail_failing(**facts)
        assert len(mail.outbox) == 1


def test_refusal_of_one_person_holds_up_nobody_else(
    cast: Cast, connection: Connection, allocation: Allocation, thinkific_there: ThinkificServer
) -> None:
    enrol_new(cast.admin, allocation, 2)
    thinkific_there.instead = [Answer(422, {"errors": {"email": ["is invalid"]}})]
    catch_up(connection)
    assert states(connection) == ["failed", "synced"]
    failed = CourseAccess.objects.in_state("failed").get()
    assert "is invalid" in failed.problem
    assert connection.problem == ""


def test_one_person_whom_the_server_chokes_on_holds_up_nobody_else(
    cast: Cast,
    connection: Connection,
    allocation: Allocation,
    thinkific_there: ThinkificServer,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(telling, "MOST_ATTEMPTS", 3)
    enrol_new(cast.admin, allocation, 2)
    moment = NOW
    for _ in range(3):
        thinkific_there.instead = [Answer(500, {})]
        moment += timedelta(days=1)
        at(moment, connection, thinkific_there)
    assert states(connection) == ["failed", "synced"]


def test_answer_of_another_shape_than_documented_is_no_answer(
    cast: Cast, connection: Connection, allocation: Allocation, thinkific_there: ThinkificServer
) -> None:
    enrol_one(cast.admin, allocation)
    thinkific_there.instead = [Answer(200, ["surprise"])]
    catch_up(connection)
    assert (access().state, access().attempts) == ("waiting", 1)


def test_what_failed_is_tried_again_when_asked_for(
    cast: Cast, connection: Connection, allocation: Allocation, thinkific_there: ThinkificServer
) -> None:
    enrol_one(cast.admin, allocation)
    thinkific_there.instead = [Answer(422, {})]
    catch_up(connection)
    assert retry(actor=cast.admin, connection=connection, access=access().pk) == 1
    catch_up(connection)
    assert states(connection) == ["synced"]


def test_nothing_is_tried_again_while_it_is_off(
    cast: Cast, connection: Connection, thinkific_there: ThinkificServer
) -> None:
    switch_off(actor=cast.admin, connection=connection)
    with pytest.raises(SwitchedOff):
        retry(actor=cast.admin, connection=connection)


def test_failure_of_an_older_wish_does_not_put_off_a_newer_one(
    cast: Cast, connection: Connection, allocation: Allocation, thinkific_there: ThinkificServer
) -> None:
    enrol_one(cast.admin, allocation)
    thinkific_there.instead = [DOWN]
    catch_up(connection)
    retry(actor=cast.admin, connection=connection)
    catch_up(connection)
    assert states(connection) == ["synced"]
