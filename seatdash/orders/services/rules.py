"""The mapping is made by admins: a shop's products and customers, and what they stand for."""

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from orgs.models import Member
from seatdash.orders.errors import MappedAlready
from seatdash.orders.models import CustomerRule, ProductRule, Source
from seatdash.tenancy import atomically
from seats.models import Pool, Product
from teams.models import Team


@atomically
def map_product(
    *,
    actor: Member,
    source: Source,
    external: str,
    mode: str,
    product: Product | None = None,
    pool: Pool | None = None,
    seats: int = 1,
    rule: ProductRule | None = None,
) -> ProductRule:
    """Say what a product or price of a shop stands for; in place of `rule` where that is given.

    Orders that were settled before keep what they got. Raises MappedAlready.
    """
    changed = rule or ProductRule(organisation_id=actor.organisation_id, source=source)
    changed.external, changed.mode, changed.seats = external, mode, seats
    changed.pool, changed.product = pool, pool.product if pool else product
    try:
        with transaction.atomic():
            changed.save()
    except IntegrityError as error:
        raise MappedAlready(_("Change the line of %(id)s instead.") % {"id": external}) from error
    return changed


@atomically
def unmap_product(*, actor: Member, rule: ProductRule) -> None:
    """Forget what a product stands for; orders to come that hold it will wait."""
    ProductRule.objects.for_org(actor.organisation_id).filter(pk=rule.pk).delete()


@atomically
def map_customer(*, actor: Member, source: Source, customer: str, team: Team) -> CustomerRule:
    """Say which team a customer stands for: by id, e-mail address or company; anew if need be."""
    rule, _is_new = CustomerRule.objects.update_or_create(
        organisation_id=actor.organisation_id,
        source=source,
        customer=customer.strip().lower(),
        defaults={"team": team},
    )
    return rule


@atomically
def unmap_customer(*, actor: Member, rule: CustomerRule) -> None:
    """Forget which team a customer stands for."""
    CustomerRule.objects.for_org(actor.organisation_id).filter(pk=rule.pk).delete()
