"""What the ledger has, but is not told any more."""

from django.db import models
from django.db.models.functions import Now

from orgs.models import Member, Organisation
from seats.models.ledger import LedgerEntry
from seats.querysets import WithheldQuerySet


class Withheld(models.Model):
    """An entry whose reason named somebody who was erased: its words are shown to nobody.

    The entry itself stays as it is, since its digest is part of the chain.
    """

    entry = models.OneToOneField(
        LedgerEntry, models.PROTECT, primary_key=True, related_name="withheld", db_constraint=False
    )
    organisation = models.ForeignKey(Organisation, models.PROTECT, related_name="+")
    at = models.DateTimeField(db_default=Now(), editable=False)
    by = models.ForeignKey(
        Member, models.PROTECT, null=True, related_name="+", db_constraint=False, db_index=False
    )

    objects = WithheldQuerySet.as_manager()

    def __str__(self) -> str:
        return str(self.entry_id)
