"""What vouches for the chain: the seal of each day, and what the last proof of all of it found."""

from django.db import models
from django.db.models import Q

from orgs.ids import new_id
from orgs.models import Organisation
from seats.querysets import ProofQuerySet, SealQuerySet


class Seal(models.Model):
    """The head of the chain as it was when a day had ended, signed. Append-only.

    `position` is the number of entries up to it. The signature is made with a key that the
    database does not have (`services/sealing`), so whoever rewrites entries cannot make it anew.
    """

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    organisation = models.ForeignKey(Organisation, models.PROTECT, related_name="+", db_index=False)
    day = models.DateField()
    sealed_at = models.DateTimeField()
    position = models.BigIntegerField()
    digest = models.BinaryField(max_length=32)
    signature = models.BinaryField(max_length=32)

    objects = SealQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["organisation", "day"], name="seal_once_a_day"),
            models.CheckConstraint(condition=Q(position__gt=0), name="seal_of_something"),
        ]

    def __str__(self) -> str:
        return f"{self.day}: {self.position}"


class Proof(models.Model):
    """The last time that all of an organisation's chain was gone through, and what was found.

    `flaws` is a list of [what, position, entry id], as `services/proving` names them.
    """

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    organisation = models.OneToOneField(Organisation, models.PROTECT, related_name="+")
    proved_at = models.DateTimeField()
    seconds = models.FloatField()
    position = models.BigIntegerField()
    flaws = models.JSONField(default=list)

    objects = ProofQuerySet.as_manager()

    def __str__(self) -> str:
        return f"{self.proved_at}: {self.position}"
