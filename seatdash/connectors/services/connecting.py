"""Making connections, changing them, and switching them on and off."""

from typing import Any

from django.utils.translation import gettext as _

from orgs.models import Member
from seatdash.connectors.errors import NotConnected
from seatdash.connectors.models import Connection
from seatdash.connectors.services.following import latest_position
from seatdash.connectors.services.queueing import work_soon
from seatdash.connectors.systems import system_of, understanding
from seatdash.connectors.systems.interface import Course, Greeting, SystemFailure
from seatdash.secrets import encrypt
from seatdash.tenancy import atomically
from seats import clock


@atomically
def connect(
    *,
    actor: Member,
    kind: Connection.Kind,
    name: str,
    address: str = "",
    account: str = "",
    secret: str = "",
    takes_external_ids: bool = True,
    options: dict[str, Any] | None = None,
) -> Connection:
    """Connect a learning system; switched off, so that nothing is sent before that is asked for."""
    return Connection.objects.create(
        organisation_id=actor.organisation_id,
        kind=kind,
        name=name,
        address=address,
        account=account,
        secret=encrypt(secret),
        takes_external_ids=takes_external_ids,
        options=options or {},
        is_on=kind == Connection.Kind.WEBHOOK_ONLY,
        created_at=clock.now(),
    )


@atomically
def reconnect(
    *, actor: Member, connection: Connection, secret: str = "", **facts: Any
) -> Connection:
    """Change what `connect` was told; the secret stays what it was unless a new one is given."""
    locked = lock(connection)
    for name, value in facts.items():
        setattr(locked, name, value)
    if secret:
        locked.secret = encrypt(secret)
    _forget_troubles(locked)
    reckon_all(locked)
    locked.save()
    return locked


@atomically
def disconnect(*, actor: Member, connection: Connection) -> None:
    """Forget a connection, its credentials and all it knew. In the learning system nothing ends."""
    lock(connection).delete()


@atomically
def switch_on(*, actor: Member, connection: Connection) -> None:
    """Begin to tell the learning system who has access, beginning with all who have it now."""
    locked = lock(connection)
    # Everybody is reckoned after this, so what was linked until now need not be read.
    locked.position = latest_position(locked.organisation_id)
    locked.is_on = True
    _forget_troubles(locked)
    reckon_all(locked)
    locked.save()


@atomically
def switch_off(*, actor: Member, connection: Connection) -> None:
    """Tell nothing any more. What the learning system knows stays so."""
    locked = lock(connection)
    locked.is_on = False
    locked.save(update_fields=["is_on"])


def greet(*, actor: Member, connection: Connection) -> Greeting:
    """Call the learning system and say what was found. Raises NotConnected."""
    try:
        with understanding():
            greeting = system_of(connection).greet()
    except SystemFailure as failure:
        raise NotConnected(str(failure)) from failure
    return greeting


def courses_of(connection: Connection) -> list[Course]:
    """Ask the learning system for its courses, by name. Raises NotConnected."""
    try:
        with understanding():
            courses = system_of(connection).courses()
    except SystemFailure as failure:
        raise NotConnected(str(failure)) from failure
    return sorted(courses, key=lambda course: course.name.casefold())


def reckon_all(connection: Connection) -> None:
    """Have the worker reckon anew what everybody should have. For services only, which save it."""
    connection.must_reckon = True
    if connection.is_on:
        work_soon(connection.organisation_id, connection.pk)


def lock(connection: Connection) -> Connection:
    """Lock a connection; nobody reckons wishes meanwhile. For services only."""
    return Connection.objects.for_org(connection.organisation_id).locked().get(pk=connection.pk)


def _forget_troubles(connection: Connection) -> None:
    connection.problem, connection.failures, connection.not_before = "", 0, None
    # Whether the admins were told stays: it has not worked in between.
    connection.failing_since = None


def words_of(greeting: Greeting) -> str:
    """Say in words what a test of the connection found."""
    return _("It answers: %(site)s, %(courses)s courses.") % {
        "site": greeting.site,
        "courses": greeting.courses,
    }
