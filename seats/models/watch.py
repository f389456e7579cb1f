"""What the worker noticed when it last closed a day, for the overview to look at."""

from django.db import models
from django.db.models import Q

from orgs.ids import new_id
from orgs.models import Organisation
from seats.models.pools import Allocation, Pool
from seats.querysets import WatchQuerySet
from teams.models import Team


class Watch(models.Model):
    """A pool that may run out, or a team that takes none of its seats: to be held against now.

    Without an allocation: `seats` more of the pool were in use than thirty days before. With one:
    `seats` were free sixty days before, and nobody was enrolled since. `seq` is the last entry of
    the pool that was known.
    """

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    organisation = models.ForeignKey(Organisation, models.PROTECT, related_name="+")
    pool = models.ForeignKey(
        Pool, models.PROTECT, related_name="+", db_constraint=False, db_index=False
    )
    allocation = models.ForeignKey(
        Allocation,
        models.PROTECT,
        null=True,
        related_name="+",
        db_constraint=False,
        db_index=False,
    )
    team = models.ForeignKey(
        Team, models.PROTECT, null=True, related_name="+", db_constraint=False, db_index=False
    )
    seats = models.PositiveIntegerField()
    seq = models.BigIntegerField()

    objects = WatchQuerySet.as_manager()

    class Meta:
        constraints = [models.CheckConstraint(condition=Q(seats__gt=0), name="watch_of_seats")]

    def __str__(self) -> str:
        return f"{self.seats} of {self.pool_id}"
