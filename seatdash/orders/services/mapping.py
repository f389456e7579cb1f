"""What stands for what: an order's lines and customer are looked up in the shop's mapping."""

from collections.abc import Iterable, Mapping
from hashlib import sha256

from django.utils.translation import gettext as _

from seatdash.orders.errors import NotMapped
from seatdash.orders.models import CustomerRule, Order, OrderLine, ProductRule
from seats.services.provisioning import TeamPart

Mode = ProductRule.Mode


def rules_for(order: Order, lines: Iterable[OrderLine]) -> dict[str, ProductRule]:
    """Return the rule of each line, by its key; raises NotMapped with the first that has none.

    A line that something was given for keeps the rule by which it was given.
    """
    lines = list(lines)
    found = _product_rules(order, lines)
    rules = {}
    for line in lines:
        rule = _kept(line) or next((found[each] for each in line.externals if each in found), None)
        if rule is None and not order.source.skips_unknown:
            raise NotMapped(_("Nothing here stands for %(product)s.") % {"product": named(line)})
        rules[line.key] = rule or ProductRule(mode=Mode.NOTHING)
    return rules


def unmapped_lines(order: Order, lines: Iterable[OrderLine]) -> list[OrderLine]:
    """Return the lines that nothing stands for."""
    lines = [line for line in lines if line.quantity and not line.mode]
    found = _product_rules(order, lines)
    return [line for line in lines if not any(each in found for each in line.externals)]


def team_for(order: Order) -> TeamPart:
    """Return the team that the customer stands for; raises NotMapped."""
    if order.team_id:
        return TeamPart(id=str(order.team_id))
    rule = customer_rule(order)
    if rule:
        return TeamPart(id=str(rule.team_id))
    if not order.source.makes_teams:
        raise NotMapped(_("No team stands for the customer %(who)s.") % {"who": order.customer})
    if not order.customer:
        raise NotMapped(_("The shop does not say who bought it, so no team can be made."))
    return TeamPart(external_id=_external_id(order), name=order.customer)


def customer_rule(order: Order) -> CustomerRule | None:
    """Return the rule of the customer: by the id, or the e-mail address, or the company."""
    names = customer_names(order)
    rules = CustomerRule.objects.filter(source=order.source_id, customer__in=names)
    by_name = {rule.customer: rule for rule in rules}
    return next((by_name[name] for name in names if name in by_name), None)


def customer_names(order: Order) -> list[str]:
    """Return what a rule may call the customer, the surest first."""
    names = (order.customer_id, order.customer_email, order.customer_company)
    return [name.lower() for name in names if name]


def named(line: OrderLine) -> str:
    """Return a line as an admin knows it, with the id that a rule would speak of."""
    ids = line.externals[0] if line.externals else line.key
    return f"{line.title} ({ids})" if line.title else ids


def _product_rules(order: Order, lines: Iterable[OrderLine]) -> Mapping[str, ProductRule]:
    externals = {each for line in lines for each in line.externals}
    rules = ProductRule.objects.filter(source=order.source_id, external__in=externals)
    return {rule.external: rule for rule in rules.select_related("product", "pool")}


def _kept(line: OrderLine) -> ProductRule | None:
    if not line.mode:
        return None
    facts = {"mode": line.mode, "product": line.product, "pool": line.pool, "seats": line.seats}
    return ProductRule(external=line.key, **facts)


def _external_id(order: Order) -> str:
    """Return the id of a customer's own team: the same for each order of theirs.

    An address or a name stands in it by its hash only, for it may have to be forgotten.
    """
    shop = f"{order.source.kind}-{order.source_id.hex[-8:]}"
    if order.customer_id:
        return f"{shop}-{order.customer_id}"[:200]
    told = order.customer_email or order.customer_company or order.customer_name
    return f"{shop}-{sha256(told.lower().encode()).hexdigest()[:24]}"
