"""Stories of connections: seats move, the ledger is linked, and the worker takes its turn."""

from datetime import UTC, datetime

from orgs.models import Member
from seatdash.connectors.models import Connection, CourseAccess, FoundThere
from seatdash.connectors.services.comparing import compare
from seatdash.connectors.services.connecting import connect, switch_on
from seatdash.connectors.services.mapping import choose_courses
from seatdash.connectors.services.working import work
from seatdash.connectors.systems.interface import Course
from seats import clock
from seats.models import Allocation, Enrolment, Product
from seats.services.chaining import link_entries_of
from seats.services.enrolment import enrol
from tests.connectors import moodle_server, open_edx_server, thinkific_server
from tests.connectors.moodle_server import MoodleServer
from tests.connectors.open_edx_server import OpenEdxServer
from tests.connectors.thinkific_server import ThinkificServer
from tests.connectors.vendor import Vendor
from tests.factories import enrolment_of, make_learners

Kind = Connection.Kind
NOW = datetime(2026, 11, 25, 12, tzinfo=UTC)


def connect_thinkific(actor: Member, there: ThinkificServer) -> Connection:
    return connect(
        actor=actor,
        kind=Kind.THINKIFIC,
        name="Thinkific",
        address=there.url,
        account=thinkific_server.SUBDOMAIN,
        secret=thinkific_server.KEY,
        options={"sign_in": "key"},
    )


def connect_moodle(actor: Member, there: MoodleServer) -> Connection:
    return connect(
        actor=actor,
        kind=Kind.MOODLE,
        name="Moodle",
        address=f"{there.url}/lms",
        secret=moodle_server.TOKEN,
    )


def connect_open_edx(actor: Member, there: OpenEdxServer) -> Connection:
    return connect(
        actor=actor,
        kind=Kind.OPEN_EDX,
        name="Open edX",
        address=there.url,
        account=open_edx_server.CLIENT,
        secret=open_edx_server.SECRET,
    )


def open_courses(actor: Member, connection: Connection, product: Product, *keys: str) -> None:
    """Let a product open courses, and switch the connection on."""
    courses = [Course(key, f"Course {key}") for key in keys]
    choose_courses(actor=actor, connection=connection, product=product, courses=courses)
    switch_on(actor=actor, connection=connection)


def catch_up(connection: Connection) -> Connection:
    """Link the ledger, and let the worker take turns until there is nothing to do."""
    link_entries_of(connection.organisation)
    while work(connection.organisation_id, connection.pk):
        pass
    connection.refresh_from_db()
    return connection


def at(moment: datetime, connection: Connection, *vendors: Vendor) -> Connection:
    """Let it be that moment on both sides while the worker takes its turn."""
    for vendor in vendors:
        vendor.moment = moment
    with clock.telling(moment):
        return catch_up(connection)


def enrol_one(actor: Member, allocation: Allocation) -> Enrolment:
    """Enrol a new person, and answer the enrolment with its member."""
    (learner,) = make_learners(actor, allocation.team)
    (line,) = enrol(actor=actor, allocation=allocation, members=[learner])
    return enrolment_of(line)


def states(connection: Connection) -> list[str]:
    """Return the states of all accesses, sorted."""
    return sorted(CourseAccess.objects.of(connection).values_list("state", flat=True))


def furnish(actor: Member, product: Product) -> Connection:
    """Have a row of everything: a connection to nowhere, and what it would know."""
    connection = connect(
        actor=actor,
        kind=Kind.MOODLE,
        name="Moodle",
        address="https://127.0.0.1:9",
        secret="token",
        takes_external_ids=False,
    )
    open_courses(actor, connection, product, "7")
    comparison = compare(actor=actor, connection=connection)
    facts = {"organisation": actor.organisation, "connection": connection, "course": "7"}
    now = clock.now()
    CourseAccess.objects.create(
        **facts, member=actor, is_wanted=True, wanted_from=now, next_at=now, changed_at=now
    )
    FoundThere.objects.create(
        **facts, email="stranger@north.example", next_at=now, seen_in=comparison
    )
    return connection
