"""What ends when somebody leaves, or a team or a product is archived."""

from collections import Counter as Count
from collections.abc import Sequence

from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from orgs.errors import spelled
from orgs.models import Member
from seats.models import Allocation, Enrolment, Pool, Product
from seats.querysets import EnrolmentQuerySet
from seats.reports.previews import Preview
from seats.templatetags.seat_days import last_day
from teams.models import Team

# Of what ends, so many are named; the number of all of them stands above.
NAMED = 12


def leaving(member: Member, team: Team) -> Preview:
    """Show what ends with leaving a team, and that all else stays (rule 15)."""
    live = _live(Enrolment.objects.of_member(member).filter(team=team))
    others = Enrolment.objects.of_member(member).live().exclude(team=team).count()
    kept = ngettext(
        "%(n)s enrolment through another team stays.",
        "%(n)s enrolments through other teams stay.",
        others,
    )
    return Preview(
        facts=[*_ending(live), *_freed(live), *([kept % spelled(n=others)] if others else [])]
    )


def archiving_team(team: Team) -> Preview:
    """Show which pools a team is taken off, or which seats or teams are in the way."""
    below = Team.objects.open().below(team).exclude(pk=team.pk).count()
    current = Allocation.objects.current().of_team(team).select_related("pool")
    allocations = list(current.order_by("pool__name", "pk"))
    using = [each for each in allocations if _uses(each)]
    if below or using:
        return Preview(blocked=_in_the_way(below, using))
    off = _("Taken off %(pool)s, which keeps its seats.")
    none = _("It draws on no pool.")
    facts = [off % {"pool": each.pool} for each in allocations[:NAMED]] or [none]
    return Preview(facts=[*facts, _("Its history stays.")])


def taking_off(allocation: Allocation) -> Preview:
    """Show that pool and seats stay, or how many seats of it the team uses."""
    using = _uses(allocation)
    if using:
        words = ngettext(
            "%(team)s uses %(n)s seat of it, which must be revoked first.",
            "%(team)s uses %(n)s seats of it, which must be revoked first.",
            using,
        )
        return Preview(blocked=words % spelled(team=allocation.team, n=using))
    others = Allocation.objects.current().drawing_on([allocation.pool_id]).exclude(pk=allocation.pk)
    facts = [_("The pool and its seats stay.")]
    if not others.exists():
        facts.append(_("Nobody draws on it then, until it is shared again."))
    return Preview(facts=facts)


def archiving_product(product: Product) -> Preview:
    """Show what becomes of its stock, or how many open pools are in the way."""
    pools = Pool.objects.open().filter(product=product).count()
    if pools:
        words = ngettext("Archive its %(n)s pool first.", "Archive its %(n)s pools first.", pools)
        return Preview(blocked=words % spelled(n=pools))
    stock = ngettext(
        "%(n)s seat stays in stock and can be given to nobody.",
        "%(n)s seats stay in stock and can be given to nobody.",
        product.stock,
    )
    facts = [stock % spelled(n=product.stock)] if product.stock else []
    return Preview(facts=[*facts, _("No seats of it can be given any more. Its history stays.")])


def offboarding(member: Member) -> Preview:
    """Show how many seats of which pools are free again when a member leaves everything."""
    freed = _freed(_live(Enrolment.objects.of_member(member)))
    return Preview(facts=freed, blocked=_last_admin(member))


def _last_admin(member: Member) -> str:
    if member.role != Member.Role.ADMIN:
        return ""
    admins = Member.objects.for_org(member.organisation_id).admins()
    if admins.exclude(pk=member.pk).exists():
        return ""
    return _("They are the last admin. Make someone else an admin first.")


def _live(enrolments: EnrolmentQuerySet) -> list[Enrolment]:
    related = enrolments.live().select_related("pool__product")
    return list(related.order_by("pool__product__code", "pk"))


def _ending(enrolments: Sequence[Enrolment]) -> list[str]:
    if not enrolments:
        return [_("No enrolment ends with it.")]
    words = ngettext("%(n)s enrolment ends:", "%(n)s enrolments end:", len(enrolments))
    named = [_named(each) for each in enrolments[:NAMED]]
    more = ["…"] if len(enrolments) > NAMED else []
    return [f"{words % spelled(n=len(enrolments))} {'; '.join([*named, *more])}."]


def _named(enrolment: Enrolment) -> str:
    name = enrolment.pool.product.name
    if enrolment.expires_at is None:
        return name
    day = date_format(last_day(enrolment.expires_at))
    return _("%(product)s (until %(day)s)") % {"product": name, "day": day}


def _freed(enrolments: Sequence[Enrolment]) -> list[str]:
    pools = Count(each.pool.name for each in enrolments)
    return [_("Seats free again: %(pools)s.") % {"pools": _counts(pools)}] if pools else []


def _uses(allocation: Allocation) -> int:
    """Count the seats that a team keeps using: what has expired goes first, where it may."""
    due = Enrolment.objects.due().filter(allocation=allocation, reusable=True).count()
    return allocation.used - due


def _in_the_way(below: int, using: Sequence[Allocation]) -> str:
    if below:
        words = ngettext(
            "Archive the %(n)s team below it first.",
            "Archive the %(n)s teams below it first.",
            below,
        )
        return words % spelled(n=below)
    pools = Count({each.pool.name: _uses(each) for each in using})
    words = _("It still uses seats, which must be revoked first: %(pools)s.")
    return words % {"pools": _counts(pools)}


def _counts(pools: Count[str]) -> str:
    of_pool = _("%(n)s of %(pool)s")
    named = sorted(pools.items())[:NAMED]
    return "; ".join(of_pool % spelled(n=n, pool=pool) for pool, n in named)
