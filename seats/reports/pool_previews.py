"""What an admin's change to a pool, or to a product's stock, would do."""

from datetime import UTC, datetime, timedelta

from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from orgs.errors import spelled
from seats import clock
from seats.models import Allocation, Enrolment, Pool, Product
from seats.reports.allocations import names_of
from seats.reports.pool_words import before_adding, before_archiving, before_taking, live_in
from seats.reports.previews import Preview, drawing_on, part_under_cap, parts_of
from seats.services.terms import Terms
from teams.models import Team


def adding(pool: Pool, seats: int) -> Preview:
    """Show what seats more would do: rule 2 names the other teams, rule 3 says where from."""
    said = _source(pool.product, seats) if seats else before_adding(pool)
    strict = pool.organisation.strict_stock and seats > pool.product.stock
    teams = drawing_on(pool)
    shared = _("The pool is shared: %(teams)s draw on it.")
    names = {"teams": names_of([each.team for each in teams])}
    return Preview(
        parts=parts_of(pool, seats, teams),
        warnings=[_("Stock is strict, and holds too few.")] if strict else [],
        facts=[said, *([shared % names] if seats and len(teams) > 1 else [])],
        follows=True,
    )


def taking(pool: Pool, seats: int) -> Preview:
    """Show what taking seats away would do to the pool and to each team on it (rule 4)."""
    if pool.capacity is None or not seats:
        return Preview(parts=parts_of(pool, 0, []), facts=[before_taking(pool)], follows=True)
    if seats > pool.capacity:
        few = _("%(pool)s has %(capacity)s.") % spelled(pool=pool, capacity=pool.capacity)
        return Preview(parts=parts_of(pool, 0, []), warnings=[few], follows=True)
    over = max(0, pool.used - pool.capacity + seats)
    words = _(
        "It will be over-committed by %(over)s: those enrolled keep their access, and nobody new "
        "gets in until use falls."
    )
    return Preview(
        parts=parts_of(pool, -seats, drawing_on(pool)),
        warnings=[words % spelled(over=over)] if over else [],
        facts=[] if over else [_("Nobody is affected: there are seats enough left.")],
        follows=True,
    )


def archiving(pool: Pool) -> Preview:
    """Show what goes back and who is taken off it, or that live enrolments are in the way."""
    words = before_archiving(pool)
    if live_in(pool):
        return Preview(parts=parts_of(pool, 0, []), blocked=words)
    teams = [each.team for each in drawing_on(pool)]
    off = _("Taken off it: %(teams)s.") % {"teams": names_of(teams)}
    held = _held(pool)
    return Preview(facts=[words, *([off] if teams else []), *([held] if held else [])])


def capping(allocation: Allocation, cap: int | None) -> Preview:
    """Show what a team may take under the cap, and by how many it is over it."""
    part = part_under_cap(allocation, cap)
    words = _(
        "It will be over its cap by %(over)s: nobody loses a seat, nobody new gets one until use "
        "falls."
    )
    over = [words % spelled(over=part.over_after)] if part.over_after else []
    return Preview(parts=[part], warnings=over, follows=True)


def sharing(pool: Pool, team: Team | None, cap: int | None) -> Preview:
    """Show which teams share the seats from now on, or why this one cannot."""
    teams = [each.team for each in drawing_on(pool)]
    facts = [_("%(teams)s draw on it already.") % {"teams": names_of(teams)}] if teams else []
    present = _present(pool, team)
    if team and not present:
        everybody = names_of([team, *teams])
        alone, shared = _("For %(teams)s alone."), _("From now on these share it: %(teams)s.")
        facts = [(shared if teams else alone) % {"teams": everybody}]
    if pool.capacity is not None and cap is not None and cap > pool.capacity:
        facts.append(_("The cap is more than the pool has."))
    return Preview(parts=parts_of(pool, 0, []), warnings=present, facts=facts, follows=True)


def cloning(pool: Pool, team: Team | None) -> Preview:
    """Show the pool that a team would get, and where its seats come from."""
    facts = []
    if pool.capacity is not None:
        facts.append(_source(pool.product, pool.capacity))
    facts.append(_("Later changes to either pool leave the other alone."))
    return Preview(warnings=_present(pool, team), facts=facts, follows=True)


def changing_terms(pool: Pool, terms: Terms | None) -> Preview:
    """Show how many enrolments keep their end (rule 12), and when one made now would end."""
    live = live_in(pool)
    words = ngettext(
        "%(n)s live enrolment keeps its end and its terms.",
        "%(n)s live enrolments keep their ends and their terms.",
        live,
    )
    facts = [words % spelled(n=live)]
    if terms and terms.terms_kind != Pool.Terms.NEVER:
        day = terms.terms_date or _last_day_of(terms.terms_days or 0)
        facts.append(_("One made today would last through %(day)s.") % {"day": date_format(day)})
    elif terms:
        facts.append(_("One made today would have no end."))
    return Preview(facts=facts, follows=True)


def moving_stock(product: Product, seats: int) -> Preview:
    """Show the stock before and after; `seats` are signed."""
    words = _("In stock: %(before)s now, %(after)s then.")
    before, after = product.stock, product.stock + seats
    facts = [words % spelled(before=before, after=after)]
    if after < 0:
        few = _("Only %(n)s are in stock.") % spelled(n=before)
        return Preview(warnings=[few], follows=True)
    if not seats:
        facts = [_("In stock: %(n)s now.") % spelled(n=before)]
    return Preview(facts=facts, follows=True)


def _source(product: Product, seats: int) -> str:
    issued = max(0, seats - product.stock)
    facts = spelled(stock=seats - issued, issued=issued)
    if not issued:
        return _("%(stock)s come from stock.") % facts
    return _("%(stock)s come from stock, %(issued)s are newly issued.") % facts


def _present(pool: Pool, team: Team | None) -> list[str]:
    """Say that the team draws on a pool of the product already (rule 8)."""
    current = Allocation.objects.current().filter(team=team, product=pool.product_id)
    present = current.select_related("pool").first() if team else None
    if not present:
        return []
    words = _("%(team)s draws on %(pool)s. Take it off that pool first.")
    return [words % {"team": team, "pool": present.pool}]


def _held(pool: Pool) -> str:
    held = Enrolment.objects.held().filter(pool=pool).count()
    words = ngettext(
        "%(n)s seat that an expired enrolment holds stays used up.",
        "%(n)s seats that expired enrolments hold stay used up.",
        held,
    )
    return words % spelled(n=held) if held else ""


def _last_day_of(days: int) -> datetime:
    return clock.now().astimezone(UTC) + timedelta(days=days)
