"""Products: what a seat gives access to."""

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from orgs.models import Member
from seatdash.tenancy import atomically
from seats import clock
from seats.errors import CodeTaken
from seats.models import Product
from seats.services.locks import lock_product


@atomically
def create_product(
    *,
    actor: Member,
    code: str,
    name: str,
    kind: Product.Kind = Product.Kind.COURSE,
    external_id: str = "",
) -> Product:
    """Make a product. Raises CodeTaken: its code is unique in the organisation, without case."""
    try:
        with transaction.atomic():
            return Product.objects.create(
                organisation_id=actor.organisation_id,
                code=code,
                name=name,
                kind=kind,
                external_id=external_id,
                created_at=clock.now(),
            )
    except IntegrityError as error:
        raise CodeTaken(_("%(code)s is in the catalogue.") % {"code": code}) from error


@atomically
def change_product(
    *, actor: Member, product: Product, name: str, kind: Product.Kind, external_id: str
) -> Product:
    """Change what a product is called; its code stays. Raises Archived."""
    locked = lock_product(product)
    locked.name, locked.kind, locked.external_id = name, kind, external_id
    locked.save(update_fields=["name", "kind", "external_id"])
    return locked
