"""Provisioning: one order's team, seats, people and enrolments, all of it or none."""

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from uuid import UUID

from django.utils.translation import gettext as _

from orgs.errors import Refusal
from orgs.models import Member
from orgs.services import nobody
from seatdash import tenancy
from seatdash.tenancy import atomically
from seats.errors import Archived, NotAllocated
from seats.models import Allocation, Product
from seats.services import enrolment
from seats.services.allocation import Allocated, allocate, clone, share
from seats.services.locks import lock_memberships, lock_pools
from seats.services.provisioning.order import (
    EnrolmentDone,
    MemberDone,
    MemberPart,
    Mode,
    Outcome,
    Provision,
    Provisioned,
    SeatsDone,
    SeatsPart,
    TeamDone,
    TeamPart,
)
from seats.services.provisioning.planning import Plan, Planner, Seats, Wish
from teams.errors import NameTaken
from teams.models import Team, TeamMember
from teams.services import Person, admit, appoint, create_team, enter, lock_team

__all__ = ["MemberPart", "Mode", "Outcome", "Provision", "Provisioned", "SeatsPart", "TeamPart"]

Role = TeamMember.Role


@atomically
def provision(*, actor: Member | None, order: Provision) -> Provisioned:
    """Make what an order lacks and increment what is there (rule 2), all of it or none.

    Without an actor it is done in the organisation that the open scope names, and booked to
    nobody. Raises InvalidOrder with the fields that are wrong; what a rule refuses is a Refusal,
    whose numbers name the `part`: Archived, NameTaken, or as `allocate`, `share`, `clone` and
    `enrol` raise.
    """
    who = actor or nobody(UUID(tenancy.named()[0]))
    plan = Planner(who.organisation_id).plan(order)
    members = _enter(who, order)
    team = _hold_team(who, plan)
    roles = _join(who, team.team, order, members)
    _hold_seats(plan, team.team)
    seats = tuple(_give(who, team.team, part, order.reference) for part in plan.seats)
    enrolled = _enrol(who, team.team, plan, members)
    people = [
        _person(each, members[each.email], roles, enrolled.get(place, []))
        for place, each in enumerate(order.members)
    ]
    return Provisioned(team=team, seats=seats, members=tuple(people))


@contextmanager
def _naming(part: str) -> Iterator[None]:
    """Let a refusal say which part of the order it is about."""
    try:
        yield
    except Refusal as refusal:
        refusal.numbers = {**refusal.numbers, "part": part}
        raise


def _enter(actor: Member, order: Provision) -> dict[str, UUID]:
    people = [Person(part.email, part.name) for part in order.members]
    return enter(actor=actor, people=people) if people else {}


def _hold_team(actor: Member, plan: Plan) -> TeamDone:
    with _naming("team"):
        if plan.team:
            return TeamDone(team=lock_team(plan.team), outcome=Outcome.ALREADY)
        try:
            part = plan.order.team
            team = create_team(
                actor=actor,
                name=part.name.strip(),
                external_id=part.external_id,
                parent=plan.parent,
            )
        except NameTaken:
            # Somebody else made it meanwhile, or another has the name.
            found = Planner(actor.organisation_id).named(plan.order.team, plan.parent)
            if found is None:
                raise
            return TeamDone(team=lock_team(found), outcome=Outcome.ALREADY)
        return TeamDone(team=team, outcome=Outcome.CREATED)


def _join(
    actor: Member, team: Team, order: Provision, members: Mapping[str, UUID]
) -> dict[UUID, tuple[Role, bool]]:
    """Have people belong to the team; answers each one's role, and whether it is new.

    Nobody loses a role by it.
    """
    if not members:
        return {}
    places = TeamMember.objects.for_org(actor.organisation_id).filter(team=team)
    before = dict(places.filter(member__in=members.values()).values_list("member_id", "role"))
    ids = sorted(set(members.values()))
    admit(actor=actor, team=team, members=ids)
    roles = {pk: (Role(before.get(pk, Role.LEARNER)), pk not in before) for pk in ids}
    wanted = {members[part.email] for part in order.members if part.role == "manager"}
    rising = [pk for pk in wanted if roles[pk][0] is not Role.MANAGER]
    for member in Member.objects.filter(pk__in=rising).order_by("pk"):
        appoint(actor=actor, team=team, member=member, role=Role.MANAGER)
        roles[member.pk] = (Role.MANAGER, True)
    lock_memberships(team.pk, ids)
    return roles


def _hold_seats(plan: Plan, team: Team) -> None:
    """Lock the products and pools of all parts, so that each part finds its own locked already."""
    ids = {part.product.pk for part in plan.seats} | {wish.product.pk for wish in plan.wishes}
    products = Product.objects.for_org(team.organisation_id).filter(pk__in=ids).locked()
    archived = {each.pk for each in products if each.archived_at}
    for part in plan.seats:
        if part.product.pk in archived:
            with _naming(part.path):
                raise Archived(_("%(name)s is archived.") % {"name": part.product})
    drawn = Allocation.objects.current().of_team(team).filter(product__in=ids)
    named = {part.pool.pk for part in plan.seats if part.pool}
    lock_pools(team.organisation_id, named | set(drawn.values_list("pool_id", flat=True)))


def _give(actor: Member, team: Team, part: Seats, reason: str) -> SeatsDone:
    with _naming(part.path):
        if part.pool is None:
            given = allocate(
                actor=actor, team=team, product=part.product, seats=part.seats, reason=reason
            )
            outcome = Outcome.CREATED if given.created else Outcome.INCREMENTED
            return _given(part, given, outcome)
        present = _allocation(team, part.product)
        if present and _is_so(present, part):
            return _given(part, _as_it_is(present), Outcome.ALREADY)
        if part.mode == "template":
            cloned = clone(actor=actor, pool=part.pool, team=team, reason=reason)
            return _given(part, cloned, Outcome.CREATED)
        shared = share(actor=actor, pool=part.pool, team=team, cap=part.cap, reason=reason)
        return _given(part, _as_it_is(shared), Outcome.CREATED)


def _allocation(team: Team, product: Product) -> Allocation | None:
    current = Allocation.objects.current().of_team(team).filter(product=product)
    return current.select_related("pool", "team").first()


def _is_so(present: Allocation, part: Seats) -> bool:
    """Say whether the team has what is asked for: it draws on the pool, or on a clone of it."""
    assert part.pool is not None
    drawn = present.pool.cloned_from_id if part.mode == "template" else present.pool_id
    return drawn == part.pool.pk


def _as_it_is(allocation: Allocation) -> Allocated:
    drawing = Allocation.objects.current().drawing_on([allocation.pool_id])
    others = drawing.exclude(team=allocation.team_id).values("team")
    return Allocated(
        pool=allocation.pool,
        allocation=allocation,
        created=False,
        seats=0,
        shared_with=tuple(Team.objects.filter(pk__in=others).by_name()),
    )


def _given(part: Seats, given: Allocated, outcome: Outcome) -> SeatsDone:
    assert given.allocation is not None
    return SeatsDone(
        product=part.product,
        pool=given.pool,
        allocation=given.allocation,
        outcome=outcome,
        seats=given.seats,
        issued=given.issued,
        shared_with=given.shared_with,
    )


def _enrol(
    actor: Member, team: Team, plan: Plan, members: Mapping[str, UUID]
) -> dict[int, list[EnrolmentDone]]:
    """Enrol everybody, product by product; answers the enrolments of each place in the order."""
    people = plan.order.members
    done: dict[int, list[EnrolmentDone]] = defaultdict(list)
    for wishes in _by_product(plan.wishes):
        ids = [members[people[wish.member].email] for wish in wishes]
        with _naming(wishes[0].path):
            lines = _enrol_in(actor, team, wishes[0].product, ids, plan.order.reference)
        for wish, pk in zip(wishes, ids, strict=True):
            is_new = lines[pk].outcome is enrolment.Outcome.ENROLLED
            outcome = Outcome.CREATED if is_new else Outcome.ALREADY
            made = EnrolmentDone(product=wish.product, line=lines[pk], outcome=outcome)
            done[wish.member].append(made)
    return done


def _by_product(wishes: Sequence[Wish]) -> list[list[Wish]]:
    grouped: dict[UUID, list[Wish]] = defaultdict(list)
    for wish in wishes:
        grouped[wish.product.pk].append(wish)
    return list(grouped.values())


def _enrol_in(
    actor: Member, team: Team, product: Product, members: Sequence[UUID], reason: str
) -> dict[UUID, enrolment.Line]:
    allocation = _allocation(team, product)
    if allocation is None:
        facts = {"team": team, "product": product}
        raise NotAllocated(_("%(team)s has no pool of %(product)s.") % facts)
    lines = enrolment.enrol(actor=actor, allocation=allocation, members=members, reason=reason)
    return {line.member_id: line for line in lines}


def _person(
    part: MemberPart,
    member_id: UUID,
    roles: Mapping[UUID, tuple[Role, bool]],
    enrolments: Sequence[EnrolmentDone],
) -> MemberDone:
    role, is_new = roles[member_id]
    return MemberDone(
        id=member_id,
        email=part.email,
        role=role,
        outcome=Outcome.CREATED if is_new else Outcome.ALREADY,
        enrolments=tuple(enrolments),
    )
