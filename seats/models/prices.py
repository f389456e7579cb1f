"""What a product's seats cost, and since when."""

from django.db import models
from django.db.models import Q
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _

from orgs.ids import new_id
from orgs.models import Member, Organisation
from seats.models.pools import Product
from seats.querysets import PriceQuerySet


class Price(models.Model):
    """A price of a product, in force from a moment until the next begins; None for no price.

    One that has begun is never changed, so statements of the past stay as they are: the database
    refuses it. The currency is the organisation's, which stays while there is any price.
    """

    class Basis(models.TextChoices):
        SEATS = "seats", _("Seats given")
        SEAT_DAYS = "seat_days", _("Days in use")
        ENROLMENTS = "enrolments", _("Enrolments")

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    organisation = models.ForeignKey(
        Organisation, models.PROTECT, related_name="+", db_constraint=False, db_index=False
    )
    product = models.ForeignKey(
        Product, models.PROTECT, related_name="prices", db_constraint=False, db_index=False
    )
    amount = models.DecimalField(max_digits=12, decimal_places=4, null=True)
    currency = models.CharField(max_length=3)
    basis = models.CharField(max_length=10, choices=Basis.choices)
    valid_from = models.DateTimeField()
    set_by = models.ForeignKey(
        Member, models.PROTECT, related_name="+", db_constraint=False, db_index=False
    )
    set_at = models.DateTimeField(db_default=Now(), editable=False)

    objects = PriceQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["organisation", "product", "valid_from"], name="price_once_at_a_moment"
            ),
            models.CheckConstraint(condition=Q(amount__gte=0), name="price_not_negative"),
            models.CheckConstraint(
                condition=Q(basis__in=["seats", "seat_days", "enrolments"]),
                name="price_basis_known",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.amount} {self.currency}"
