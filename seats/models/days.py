"""What the worker reckons from the ledger, so that a page need not go through all of it."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from orgs.ids import new_id
from orgs.models import Organisation
from seats.models.pools import Pool, Product
from seats.querysets import ClosedDayQuerySet


class ClosedDay(models.Model):
    """How things stood at the end of a day that is over, in the organisation's time zone.

    Of the organisation (no product, no pool) there is a row for each day; of a product or a pool
    only for the days on which something moved. The ledger could tell the same: all rows may be
    thrown away, and are reckoned anew. `used` and `capacity` are of pools with a limit where they
    are sums, and `unlimited` is what was used of the others. `seq` is a pool's last entry.
    """

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    organisation = models.ForeignKey(Organisation, models.PROTECT, related_name="+", db_index=False)
    product = models.ForeignKey(
        Product, models.PROTECT, null=True, related_name="+", db_constraint=False, db_index=False
    )
    pool = models.ForeignKey(
        Pool, models.PROTECT, null=True, related_name="+", db_constraint=False, db_index=False
    )
    day = models.DateField()
    time_zone = models.CharField(_("time zone"), max_length=64)
    capacity = models.BigIntegerField(null=True)
    used = models.BigIntegerField()
    unlimited = models.BigIntegerField(default=0)
    seq = models.BigIntegerField(default=0)

    objects = ClosedDayQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["organisation", "product", "pool", "day"],
                nulls_distinct=False,
                name="closed_day_once",
            )
        ]

    def __str__(self) -> str:
        return f"{self.day:%Y-%m-%d}: {self.used}"
