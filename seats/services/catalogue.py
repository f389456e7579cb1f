"""Products: what a seat gives access to."""

from orgs.models import Member
from seatdash.tenancy import atomically
from seats import clock
from seats.models import Product


@atomically
def create_product(
    *,
    actor: Member,
    code: str,
    name: str,
    kind: Product.Kind = Product.Kind.COURSE,
    external_id: str = "",
) -> Product:
    """Make a product; its code is unique in the organisation (the form says so beforehand)."""
    return Product.objects.create(
        organisation_id=actor.organisation_id,
        code=code,
        name=name,
        kind=kind,
        external_id=external_id,
        created_at=clock.now(),
    )
