"""The chain: every committed ledger entry at a position, bound to the one before it."""

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q

from orgs.models import Organisation
from seats.models.ledger import LedgerEntry
from seats.querysets import LinkQuerySet


class Link(models.Model):
    """A ledger entry's place in its organisation's chain. Append-only, as the ledger is.

    Positions count from 1 without gaps. `digest` is the SHA-256 of the digest before it (32 zero
    bytes before the first) and the entry's canonical bytes, which `services/chaining_sql` defines.
    """

    entry = models.OneToOneField(
        LedgerEntry, models.PROTECT, primary_key=True, related_name="link", db_constraint=False
    )
    organisation = models.ForeignKey(
        Organisation, models.PROTECT, related_name="+", db_constraint=False, db_index=False
    )
    position = models.BigIntegerField()
    digest = models.BinaryField(max_length=32)

    objects = LinkQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["organisation", "position"], name="link_position_once"),
            models.CheckConstraint(condition=Q(position__gt=0), name="link_position_from_one"),
        ]

    def __str__(self) -> str:
        return f"{self.position}: {self.entry_id}"


class LinkedUntil(models.Model):
    """Up to where the ledger is linked: the snapshot under which that was last found, in one row.

    Whatever was visible under it has a link; what may not have one was written by a transaction
    from `ahead` on, or by one of those `running`. The ids of transactions are worth something only
    on the server that gave them, so the row also says which of them wrote it: after a restore
    into another server, that is another.
    """

    id = models.SmallIntegerField(primary_key=True, default=1)
    ahead = models.BigIntegerField()
    running = ArrayField(models.BigIntegerField())
    written_by = models.BigIntegerField()

    class Meta:
        constraints = [models.CheckConstraint(condition=Q(id=1), name="linked_until_one_row")]

    def __str__(self) -> str:
        return str(self.ahead)
