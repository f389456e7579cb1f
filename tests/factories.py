"""Makers of the tests' people and things, through the services wherever there is one."""

from collections.abc import Sequence
from datetime import date
from decimal import Decimal
from itertools import count
from typing import Any
from uuid import UUID

from django.utils import timezone

from orgs.models import Member, Organisation, User
from orgs.services import create_organisation
from seatdash import tenancy
from seatdash.api.models import Call, Token
from seatdash.secrets import encrypt
from seatdash.webhooks.models import Attempt, Delivery, Endpoint
from seats import clock
from seats.imports import running
from seats.models import Allocation, Enrolment, Import, Pool, Price, Product, ScheduledReport
from seats.services.allocation import allocate, create_pool, share
from seats.services.catalogue import create_product
from seats.services.enrolment import Line, Mode, enrol
from seats.services.pricing import set_price
from seats.services.scheduling import schedule
from seats.services.terms import Terms
from teams.models import Team, TeamMember
from teams.services import Person, appoint, create_team, join

_numbers = count(1)


def make_user(email: str, password: str, **fields: Any) -> User:
    return User.objects.create_user(email, password, **fields)


def make_member(
    organisation: Organisation, email: str, *, user: User | None = None, role: str = ""
) -> Member:
    name = email.partition("@")[0].replace("-", " ").title()
    return Member.objects.create(
        organisation=organisation, email=email, name=name, user=user, role=role
    )


def make_cast(password: str) -> dict[str, Any]:
    """Make North High School and its people, and the outsider; nobody has seats yet."""
    admin = create_organisation(
        name="North High School",
        slug="north-high",
        admin=make_user("admin@north.example", password),
    )
    outsider = create_organisation(
        name="Acme Training", slug="acme", admin=make_user("admin@acme.example", password)
    )
    organisation = admin.organisation
    with tenancy.scope(organisation.pk):
        members = {
            name: make_member(
                organisation,
                f"{name}@north.example",
                user=make_user(f"{name}@north.example", password),
                role="finance" if name == "finance" else "",
            )
            for name in ("finance", "manager-a", "manager-b")
        }
        teams = [create_team(actor=admin, name=name) for name in ("Classroom A", "Classroom B")]
        manager = TeamMember.Role.MANAGER
        for team, name in zip(teams, ("manager-a", "manager-b"), strict=True):
            appoint(actor=admin, team=team, member=members[name], role=manager)
        product = create_product(actor=admin, code="ACC-101", name="Accounting for Beginners")
    return {
        "organisation": organisation,
        "admin": admin,
        "finance": members["finance"],
        "manager": members["manager-a"],
        "other_manager": members["manager-b"],
        "team": teams[0],
        "other_team": teams[1],
        "product": product,
        "outsider": outsider,
    }


def make_allocation(
    actor: Member, team: Team, product: Product, seats: int | None = 10, terms: Terms | None = None
) -> Allocation:
    """Give a team a dedicated pool."""
    allocated = allocate(actor=actor, team=team, product=product, seats=seats, terms=terms)
    assert allocated.allocation is not None
    return allocated.allocation


def make_shared_pool(
    actor: Member, product: Product, teams: Sequence[Team], seats: int | None = 100
) -> tuple[Pool, list[Allocation]]:
    """Make one pool that several teams draw on."""
    pool = create_pool(actor=actor, product=product, name="Shared", seats=seats)
    allocations = [share(actor=actor, pool=pool, team=team) for team in teams]
    pool.refresh_from_db()
    return pool, allocations


def make_learners(actor: Member, team: Team, many: int = 1) -> list[UUID]:
    """Make new people in a team; answers their member ids."""
    people = [Person(f"learner-{next(_numbers)}@north.example") for _ in range(many)]
    return join(actor=actor, team=team, people=people)


def enrolment_of(line: Line) -> Enrolment:
    """Look up the enrolment that an answer speaks of."""
    assert line.enrolment_id is not None
    return Enrolment.objects.get(pk=line.enrolment_id)


def enrol_new(
    actor: Member, allocation: Allocation, many: int = 1, mode: Mode = Mode.ALL
) -> list[Line]:
    """Enrol new people of the allocation's team."""
    learners = make_learners(actor, allocation.team, many)
    return enrol(actor=actor, allocation=allocation, members=learners, mode=mode)


def make_call(token: Token, **fields: Any) -> Call:
    """Log a call of a token."""
    usual = {"method": "GET", "path": "/api/v1/products", "status": 200, "request_id": "r-1"}
    return Call.objects.create(
        organisation_id=token.organisation_id,
        token=token,
        **usual | {"at": timezone.now(), "milliseconds": 7} | fields,
    )


def make_import(
    actor: Member, text: str = "name\nClassroom Z\n", kind: Import.Kind = Import.Kind.TEAMS
) -> Import:
    """Upload a short file and have it checked, its columns as they were guessed."""
    source = running.upload(actor=actor, kind=kind, name=f"{kind}.csv", content=text.encode())
    return running.match(actor=actor, source=source, columns=source.columns)


def make_delivery(actor: Member) -> Delivery:
    """Have had a test sent to an endpoint that exists nowhere, without sending anything."""
    org, now = actor.organisation_id, clock.now()
    endpoint = Endpoint.objects.create(
        organisation_id=org,
        address="https://hooks.example/seatdash",
        types=["pool.changed"],
        thresholds=[80, 100],
        secret=encrypt("whsec_c2VhdGRhc2g="),
        created_by=actor,
    )
    delivery = Delivery(organisation_id=org, endpoint=endpoint, type="test", state="done")
    delivery.lane = delivery.about = delivery.pk
    delivery.next_at = delivery.created_at = now
    delivery.save(force_insert=True)
    Attempt.objects.create(organisation_id=org, delivery=delivery, at=now, status=204, ms=12)
    return delivery


def make_price(
    actor: Member,
    product: Product,
    amount: str = "12.50",
    basis: Price.Basis = Price.Basis.ENROLMENTS,
    since: date | None = None,
) -> Price:
    """Set a price in euros, which the organisation then reckons in."""
    Organisation.objects.filter(pk=product.organisation_id).update(currency="EUR")
    return set_price(actor=actor, product=product, amount=Decimal(amount), basis=basis, since=since)


def make_scheduled_report(
    actor: Member,
    *readers: Member,
    kind: ScheduledReport.Kind = ScheduledReport.Kind.USAGE,
    rhythm: ScheduledReport.Rhythm = ScheduledReport.Rhythm.MONTHLY,
) -> ScheduledReport:
    """Let a report come by itself, to the actor where no readers are named."""
    return schedule(actor=actor, kind=kind, rhythm=rhythm, readers=readers or [actor])
