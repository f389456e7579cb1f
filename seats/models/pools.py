"""Products, the pools of their seats, and the teams that draw on them."""

from django.db import models
from django.db.models import Q
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _

from orgs.fields import lowered, searched
from orgs.ids import new_id
from orgs.models import Organisation
from seats.querysets import AllocationQuerySet, PoolQuerySet, ProductQuerySet
from teams.models import Team


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
    code_key = lowered("code")
    search = searched("name", "code")

    objects = ProductQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["organisation", "code_key"], name="product_code_key_once"
            ),
            models.UniqueConstraint(fields=["organisation", "id"], name="product_in_organisation"),
        ]
        indexes = [models.Index(fields=["organisation", "search", "id"], name="product_by_search")]

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
    search = searched("name")

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
        indexes = [models.Index(fields=["organisation", "search", "id"], name="pool_by_search")]

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
