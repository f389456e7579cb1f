"""What the project exists for: products, pools, allocations, enrolments and the ledger."""

from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Lower, Now
from django.utils.translation import gettext_lazy as _

from orgs.ids import new_id
from orgs.models import Member, Organisation
from seats.fields import current_transaction_id
from seats.querysets import (
    AllocationQuerySet,
    EnrolmentQuerySet,
    LedgerQuerySet,
    PoolQuerySet,
    ProductQuerySet,
    SeatRequestQuerySet,
)
from teams.models import Team

# The most seats that one movement, pool or stock may have: far beyond any use, and far from the
# end of a 32-bit integer.
MOST_SEATS = 100_000_000


class Product(models.Model):
    """What a seat gives access to. `stock` are its seats in no pool; only the ledger moves it."""

    class Kind(models.TextChoices):
        COURSE = "course", _("Course")
        BUNDLE = "bundle", _("Bundle")

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    organisation = models.ForeignKey(Organisation, models.PROTECT, related_name="products")
    code = models.CharField(_("code"), max_length=60)
    name = models.CharField(_("name"), max_length=200)
    kind = models.CharField(_("kind"), max_length=10, choices=Kind.choices, default=Kind.COURSE)
    external_id = models.CharField(
        _("course id in the learning system"), max_length=200, blank=True
    )
    stock = models.PositiveIntegerField(default=0, editable=False)
    # One for each movement of stock, so a form can tell whether it shows what is still so.
    seq = models.BigIntegerField(default=0, editable=False)
    archived_at = models.DateTimeField(null=True, blank=True)
    created_at = models.DateTimeField(db_default=Now(), editable=False)

    objects = ProductQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint("organisation", Lower("code"), name="product_code_once"),
            models.UniqueConstraint(fields=["organisation", "id"], name="product_in_organisation"),
        ]

    def __str__(self) -> str:
        return f"{self.code} {self.name}"


class Pool(models.Model):
    """A number of seats for one product, with terms. `used` and `seq` are kept by the ledger."""

    class Terms(models.TextChoices):
        DAYS = "days", _("A number of days after it starts")
        DATE = "date", _("Until a fixed date")
        NEVER = "never", _("Never ends")

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    organisation = models.ForeignKey(Organisation, models.PROTECT, related_name="pools")
    product = models.ForeignKey(Product, models.PROTECT, related_name="pools", db_constraint=False)
    name = models.CharField(_("name"), max_length=200)
    capacity = models.PositiveIntegerField(_("capacity"), null=True, default=0, editable=False)
    used = models.PositiveIntegerField(default=0, editable=False)
    seq = models.BigIntegerField(default=0, editable=False)
    # One for each change that an admin makes, so that none overwrites another's unseen.
    version = models.PositiveIntegerField(default=0, editable=False)
    terms_kind = models.CharField(
        _("an enrolment lasts"), max_length=10, choices=Terms.choices, default=Terms.NEVER
    )
    terms_days = models.PositiveIntegerField(_("days"), null=True, blank=True)
    terms_date = models.DateField(_("last day"), null=True, blank=True)
    reusable = models.BooleanField(_("an expired enrolment frees its seat"), default=True)
    extendable = models.BooleanField(_("managers may extend enrolments"), default=False)
    cloned_from = models.ForeignKey(
        "self",
        models.PROTECT,
        null=True,
        blank=True,
        related_name="clones",
        db_constraint=False,
        editable=False,
    )
    archived_at = models.DateTimeField(null=True, blank=True, editable=False)
    created_at = models.DateTimeField(db_default=Now(), editable=False)

    objects = PoolQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["organisation", "id"], name="pool_in_organisation"),
            models.UniqueConstraint(
                fields=["organisation", "id", "product"], name="pool_of_product"
            ),
            models.CheckConstraint(
                condition=(
                    Q(terms_kind="days", terms_days__gt=0, terms_date__isnull=True)
                    | Q(terms_kind="date", terms_days__isnull=True, terms_date__isnull=False)
                    | Q(terms_kind="never", terms_days__isnull=True, terms_date__isnull=True)
                ),
                name="pool_terms_whole",
            ),
        ]
        indexes = [models.Index("organisation", Lower("name"), "id", name="pool_by_name")]

    def __str__(self) -> str:
        return self.name


class Allocation(models.Model):
    """A pool being available to a team; with a cap, to no more than that many of its seats."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    organisation = models.ForeignKey(Organisation, models.PROTECT, related_name="+")
    pool = models.ForeignKey(Pool, models.PROTECT, related_name="allocations", db_constraint=False)
    product = models.ForeignKey(
        Product, models.PROTECT, related_name="allocations", db_constraint=False, db_index=False
    )
    team = models.ForeignKey(
        Team, models.PROTECT, related_name="allocations", db_constraint=False, db_index=False
    )
    cap = models.PositiveIntegerField(_("cap"), null=True, blank=True)
    used = models.PositiveIntegerField(default=0, editable=False)
    ended_at = models.DateTimeField(null=True, blank=True)
    created_at = models.DateTimeField(db_default=Now(), editable=False)

    objects = AllocationQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["team", "product"],
                condition=Q(ended_at__isnull=True),
                name="allocation_one_per_product",
            ),
            models.UniqueConstraint(
                fields=["organisation", "id", "pool", "team"], name="allocation_whole"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.pool} for {self.team}"


class Enrolment(models.Model):
    """One member using one seat of a pool, on behalf of one team. Live while `ended_at` is empty.

    `occupies` says whether it uses a seat: while live, and after expiry where it is not reusable.
    """

    class EndReason(models.TextChoices):
        NONE = "", ""
        REVOKED = "revoked", _("Revoked")
        EXPIRED = "expired", _("Expired")
        LEFT = "left", _("Left")

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    # The composite keys prove the organisation; a key of its own would lock its row each time.
    organisation = models.ForeignKey(
        Organisation, models.PROTECT, related_name="+", db_constraint=False, db_index=False
    )
    allocation = models.ForeignKey(
        Allocation, models.PROTECT, related_name="enrolments", db_constraint=False
    )
    pool = models.ForeignKey(
        Pool, models.PROTECT, related_name="enrolments", db_constraint=False, db_index=False
    )
    team = models.ForeignKey(
        Team, models.PROTECT, related_name="enrolments", db_constraint=False, db_index=False
    )
    member = models.ForeignKey(
        Member, models.PROTECT, related_name="enrolments", db_constraint=False
    )
    started_at = models.DateTimeField()
    expires_at = models.DateTimeField(null=True, blank=True)
    ended_at = models.DateTimeField(null=True, blank=True)
    end_reason = models.CharField(max_length=10, choices=EndReason.choices, blank=True, default="")
    reusable = models.BooleanField(default=True)
    occupies = models.BooleanField(default=True)

    objects = EnrolmentQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["pool", "member"],
                condition=Q(ended_at__isnull=True),
                name="enrolment_live_once",
            ),
            models.UniqueConstraint(
                fields=["organisation", "id"], name="enrolment_in_organisation"
            ),
            models.CheckConstraint(
                condition=Q(expires_at__isnull=True) | Q(expires_at__gt=F("started_at")),
                name="enrolment_ends_after_start",
            ),
            models.CheckConstraint(
                condition=(
                    Q(ended_at__isnull=True, end_reason="", occupies=True)
                    | Q(ended_at__isnull=False, end_reason="expired", occupies=~F("reusable"))
                    | Q(ended_at__isnull=False, end_reason__in=["revoked", "left"], occupies=False)
                ),
                name="enrolment_occupies_while_live",
            ),
        ]
        indexes = [
            models.Index(
                "pool",
                "expires_at",
                condition=Q(ended_at__isnull=True, expires_at__isnull=False),
                name="enrolment_expiring",
            ),
            models.Index(
                "organisation",
                "expires_at",
                condition=Q(ended_at__isnull=True, expires_at__isnull=False),
                name="enrolment_ending_soon",
            ),
            models.Index("team", "started_at", name="enrolment_of_team"),
            models.Index(
                "pool", condition=Q(end_reason="expired", occupies=True), name="enrolment_held"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.member} in {self.pool}"


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


class SeatRequest(models.Model):
    """A manager asks for more seats of a product; an admin approves or declines."""

    class Status(models.TextChoices):
        OPEN = "open", _("Open")
        APPROVED = "approved", _("Approved")
        DECLINED = "declined", _("Declined")

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    organisation = models.ForeignKey(Organisation, models.PROTECT, related_name="+")
    team = models.ForeignKey(
        Team, models.PROTECT, related_name="seat_requests", db_constraint=False
    )
    product = models.ForeignKey(
        Product, models.PROTECT, related_name="seat_requests", db_constraint=False
    )
    seats = models.PositiveIntegerField(_("seats"))
    reason = models.CharField(_("reason"), max_length=500)
    status = models.CharField(max_length=10, choices=Status.choices, default=Status.OPEN)
    asked_by = models.ForeignKey(Member, models.PROTECT, related_name="+", db_constraint=False)
    asked_at = models.DateTimeField(db_default=Now(), editable=False)
    decided_by = models.ForeignKey(
        Member, models.PROTECT, null=True, related_name="+", db_constraint=False
    )
    decided_at = models.DateTimeField(null=True, blank=True)
    answer = models.CharField(_("answer"), max_length=500, blank=True, default="")

    objects = SeatRequestQuerySet.as_manager()

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(status="open", decided_at__isnull=True)
                | Q(status__in=["approved", "declined"], decided_at__isnull=False),
                name="request_decided_once",
            ),
            models.CheckConstraint(condition=Q(seats__gt=0), name="request_for_some_seats"),
        ]

    def __str__(self) -> str:
        return f"{self.seats} of {self.product} for {self.team}"
