"""The append-only record of every movement of seats."""

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from orgs.ids import new_id
from orgs.models import Member, Organisation
from seats.fields import current_transaction_id
from seats.models.enrolments import Enrolment
from seats.models.pools import Pool, Product
from seats.querysets import LedgerQuerySet
from teams.models import Team


class LedgerEntry(models.Model):
    """One movement of seats. Append-only: the database refuses to change or remove it.

    The three `_moved` columns are signed; the `_after` columns are the balances of the product's
    stock and of the pool right after this entry. `seq` counts the entries of the pool, or of the
    product's stock where there is no pool.
    """

    class Kind(models.TextChoices):
        ISSUED = "issued", _("Issued")
        RETIRED = "retired", _("Retired")
        ALLOCATED = "allocated", _("Allocated")
        TAKEN_BACK = "taken_back", _("Taken back")
        TRANSFERRED_IN = "transferred_in", _("Transferred in")
        TRANSFERRED_OUT = "transferred_out", _("Transferred out")
        SHARED = "shared", _("Made available")
        UNSHARED = "unshared", _("Taken off")
        CAPPED = "capped", _("Cap changed")
        TERMS = "terms", _("Terms changed")
        ARCHIVED = "archived", _("Archived")
        ENROLLED = "enrolled", _("Enrolled")
        EXTENDED = "extended", _("End date moved")
        REVOKED = "revoked", _("Revoked")
        EXPIRED = "expired", _("Expired")
        HELD = "held", _("Expired, held")
        LEFT = "left", _("Left")

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    organisation = models.ForeignKey(
        Organisation, models.PROTECT, related_name="+", db_constraint=False, db_index=False
    )
    xid = models.BigIntegerField(db_default=current_transaction_id(), editable=False)
    at = models.DateTimeField()
    kind = models.CharField(max_length=20, choices=Kind.choices)
    product = models.ForeignKey(
        Product, models.PROTECT, related_name="entries", db_constraint=False, db_index=False
    )
    pool = models.ForeignKey(
        Pool, models.PROTECT, null=True, related_name="entries", db_constraint=False, db_index=False
    )
    team = models.ForeignKey(
        Team, models.PROTECT, null=True, related_name="+", db_constraint=False, db_index=False
    )
    enrolment = models.ForeignKey(
        Enrolment, models.PROTECT, null=True, related_name="+", db_constraint=False, db_index=False
    )
    member = models.ForeignKey(
        Member, models.PROTECT, null=True, related_name="+", db_constraint=False, db_index=False
    )
    actor = models.ForeignKey(
        Member, models.PROTECT, null=True, related_name="+", db_constraint=False, db_index=False
    )
    reason = models.CharField(max_length=500, blank=True, default="")
    stock_moved = models.IntegerField(default=0)
    capacity_moved = models.IntegerField(default=0)
    used_moved = models.IntegerField(default=0)
    stock_after = models.IntegerField(null=True)
    capacity_after = models.IntegerField(null=True)
    used_after = models.IntegerField(null=True)
    # What the entry set: the team's cap on the pool, the end of the enrolment.
    cap = models.PositiveIntegerField(null=True)
    expires_at = models.DateTimeField(null=True)
    seq = models.BigIntegerField()

    # Where an entry was read by `after`: its place in the chain.
    position: int

    objects = LedgerQuerySet.as_manager()

    class Meta:
        verbose_name_plural = _("ledger entries")
        constraints = [
            models.UniqueConstraint(fields=["pool", "seq"], name="ledger_pool_seq_once"),
            models.UniqueConstraint(
                fields=["product", "seq"],
                condition=Q(pool__isnull=True),
                name="ledger_stock_seq_once",
            ),
            models.CheckConstraint(
                condition=Q(pool__isnull=False) | Q(capacity_moved=0, used_moved=0),
                name="ledger_stock_only_without_pool",
            ),
        ]
        indexes = [
            models.Index("organisation", "at", "id", name="ledger_by_time"),
            models.Index("xid", name="ledger_by_transaction"),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.at}"
