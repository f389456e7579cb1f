"""Where orders come from, and what stands for what: their products and customers, and ours."""

from django.db import models
from django.db.models import Q
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _

from orgs.ids import new_id
from orgs.models import Member, Organisation
from seatdash.orders.querysets import OrdersQuerySet, SourceQuerySet
from seatdash.secrets import is_lost
from seats.models import Pool, Product
from teams.models import Team


class Source(models.Model):
    """One shop. It sends to an address of its own and signs with a secret, kept encrypted."""

    class Kind(models.TextChoices):
        STRIPE = "stripe", "Stripe"
        SHOPIFY = "shopify", "Shopify"
        WOOCOMMERCE = "woocommerce", "WooCommerce"
        GENERIC = "generic", _("Zapier, Make, n8n or your own program")

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    organisation = models.ForeignKey(Organisation, models.PROTECT, related_name="+")
    kind = models.CharField(_("kind"), max_length=12, choices=Kind.choices)
    name = models.CharField(_("name"), max_length=100)
    # Tokens of seatdash.secrets; none before it is set.
    secret = models.BinaryField(null=True)
    api_key = models.BinaryField(null=True)
    makes_teams = models.BooleanField(default=False)
    skips_unknown = models.BooleanField(default=False)
    paused_at = models.DateTimeField(null=True)
    refused = models.PositiveIntegerField(default=0)
    last_received_at = models.DateTimeField(null=True)
    # Who the shop is where the ledger asks who did something.
    member = models.ForeignKey(Member, models.PROTECT, related_name="+", db_constraint=False)
    created_by = models.ForeignKey(
        Member, models.PROTECT, null=True, related_name="+", db_constraint=False
    )
    created_at = models.DateTimeField(db_default=Now(), editable=False)

    objects = SourceQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["organisation", "name"], name="orders_source_name"),
            models.UniqueConstraint(fields=["organisation", "id"], name="orders_source_in_org"),
            models.CheckConstraint(
                condition=Q(kind__in=["stripe", "shopify", "woocommerce", "generic"]),
                name="orders_source_kind_known",
            ),
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def called(self) -> str:
        """What the ledger calls its orders' origin."""
        return self.name if self.kind == self.Kind.GENERIC else str(self.get_kind_display())

    @property
    def secret_is_lost(self) -> bool:
        return is_lost(self.secret)

    @property
    def api_key_is_lost(self) -> bool:
        return is_lost(self.api_key)


class ProductRule(models.Model):
    """What a shop's product or price stands for: `seats` for each unit, and how they are given."""

    class Mode(models.TextChoices):
        OWN = "own", _("Its own seats")
        SHARED = "shared", _("A shared pool")
        TEMPLATE = "template", _("A template")
        NOTHING = "nothing", _("No seats")

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    organisation = models.ForeignKey(Organisation, models.PROTECT, related_name="+")
    source = models.ForeignKey(
        Source, models.CASCADE, related_name="product_rules", db_constraint=False
    )
    external = models.CharField(_("their product or price id"), max_length=200)
    mode = models.CharField(max_length=10, choices=Mode.choices, default=Mode.OWN)
    product = models.ForeignKey(
        Product, models.PROTECT, null=True, related_name="+", db_constraint=False
    )
    pool = models.ForeignKey(Pool, models.PROTECT, null=True, related_name="+", db_constraint=False)
    seats = models.PositiveIntegerField(default=1)

    objects = OrdersQuerySet["ProductRule"].as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["source", "external"], name="orders_product_once"),
            models.CheckConstraint(
                condition=Q(mode="own", product__isnull=False, pool__isnull=True, seats__gt=0)
                | Q(mode__in=["shared", "template"], product__isnull=False, pool__isnull=False)
                | Q(mode="nothing", product__isnull=True, pool__isnull=True),
                name="orders_product_rule_whole",
            ),
        ]

    def __str__(self) -> str:
        return self.external


class CustomerRule(models.Model):
    """What a shop's customer stands for: an id, an e-mail address or a company, in lower case."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    organisation = models.ForeignKey(Organisation, models.PROTECT, related_name="+")
    source = models.ForeignKey(
        Source, models.CASCADE, related_name="customer_rules", db_constraint=False
    )
    customer = models.CharField(_("their customer"), max_length=254)
    team = models.ForeignKey(Team, models.PROTECT, related_name="+", db_constraint=False)

    objects = OrdersQuerySet["CustomerRule"].as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["source", "customer"], name="orders_customer_once")
        ]

    def __str__(self) -> str:
        return self.customer
