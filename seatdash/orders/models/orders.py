"""Orders as the messages of a shop tell of them, and what was done about each.

What messages say is merged so that neither their order nor their repetition matters: lines and
refunds are known by the vendor's own ids, and the greatest number told of one counts.
"""

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _

from orgs.ids import new_id
from orgs.models import Member, Organisation
from seatdash.orders.models.sources import ProductRule, Source
from seatdash.orders.querysets import MessageQuerySet, OrderQuerySet, OrdersQuerySet
from seats.models import Pool, Product
from teams.models import Team


class Order(models.Model):
    """One order. `vendor_id` is the shop's own id, unique in the source; `number` what it shows."""

    class State(models.TextChoices):
        EXPECTED = "expected", _("Not complete yet")
        WAITING = "waiting", _("Waiting for you")
        DONE = "done", _("Done")
        REFUNDED = "refunded", _("Refunded")
        IGNORED = "ignored", _("Ignored")
        FAILED = "failed", _("Failed")

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    organisation = models.ForeignKey(Organisation, models.PROTECT, related_name="+")
    source = models.ForeignKey(Source, models.PROTECT, related_name="orders", db_constraint=False)
    vendor_id = models.CharField(max_length=200)
    number = models.CharField(max_length=200, blank=True, default="")
    # What the shop says of who bought: all of it in one place, to be erased in one place.
    customer_id = models.CharField(max_length=200, blank=True, default="")
    customer_email = models.CharField(max_length=254, blank=True, default="")
    customer_name = models.CharField(max_length=200, blank=True, default="")
    customer_company = models.CharField(max_length=200, blank=True, default="")
    # What was paid, in the smallest unit that the shop counts in.
    total = models.BigIntegerField(null=True)
    is_told = models.BooleanField(default=False)
    is_paid = models.BooleanField(default=False)
    # The latest word on whether it stands, where a shop sends the whole order each time.
    revision = models.CharField(max_length=40, blank=True, default="")
    is_cancelled = models.BooleanField(default=False)
    # Of the money refunded, what an admin has counted in seats.
    settled_amount = models.BigIntegerField(default=0)
    # Something was told of it since it was last settled.
    is_due = models.BooleanField(default=False)
    state = models.CharField(max_length=10, choices=State.choices, default=State.EXPECTED)
    problem = models.CharField(max_length=1000, blank=True, default="")
    word = models.CharField(max_length=500, blank=True, default="")
    team = models.ForeignKey(Team, models.PROTECT, null=True, related_name="+", db_constraint=False)
    created_at = models.DateTimeField(db_default=Now(), editable=False)

    objects = OrderQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["source", "vendor_id"], name="orders_order_once"),
            models.UniqueConstraint(fields=["organisation", "id"], name="orders_order_in_org"),
            models.CheckConstraint(
                condition=Q(
                    state__in=["expected", "waiting", "done", "refunded", "ignored", "failed"]
                ),
                name="orders_order_state_known",
            ),
        ]
        indexes = [
            models.Index("organisation", "created_at", "id", name="orders_by_age"),
            models.Index(
                "organisation",
                "created_at",
                condition=Q(state__in=["waiting", "failed"]),
                name="orders_inbox",
            ),
            models.Index("organisation", condition=Q(is_due=True), name="orders_due"),
        ]

    def __str__(self) -> str:
        return self.number or self.vendor_id

    @property
    def customer(self) -> str:
        """Who bought, as well as it is known."""
        return (
            self.customer_company or self.customer_name or self.customer_email or self.customer_id
        )


class OrderLine(models.Model):
    """`quantity` units of one thing. What was given for it is kept with it, whatever the mapping
    says later: `given` seats of `pool` for `units` units."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    organisation = models.ForeignKey(Organisation, models.PROTECT, related_name="+")
    order = models.ForeignKey(Order, models.CASCADE, related_name="lines", db_constraint=False)
    key = models.CharField(max_length=200)
    externals = ArrayField(models.CharField(max_length=200))
    title = models.CharField(max_length=300, blank=True, default="")
    quantity = models.PositiveIntegerField()
    mode = models.CharField(max_length=10, blank=True, default="", choices=ProductRule.Mode.choices)
    product = models.ForeignKey(
        Product, models.PROTECT, null=True, related_name="+", db_constraint=False
    )
    pool = models.ForeignKey(Pool, models.PROTECT, null=True, related_name="+", db_constraint=False)
    seats = models.PositiveIntegerField(default=0)
    units = models.PositiveIntegerField(default=0)
    given = models.PositiveIntegerField(default=0)

    objects = OrdersQuerySet["OrderLine"].as_manager()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["order", "key"], name="orders_line_once")]

    def __str__(self) -> str:
        return self.title or self.key


class OrderRefund(models.Model):
    """What one refund took: `units` of a line, or `amount` of money, or (neither) all of it.

    A line of "" is the whole order.
    """

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    organisation = models.ForeignKey(Organisation, models.PROTECT, related_name="+")
    order = models.ForeignKey(Order, models.CASCADE, related_name="refunds", db_constraint=False)
    key = models.CharField(max_length=200)
    line_key = models.CharField(max_length=200, blank=True, default="")
    units = models.PositiveIntegerField(null=True)
    amount = models.BigIntegerField(null=True)

    objects = OrdersQuerySet["OrderRefund"].as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["order", "key", "line_key"], name="orders_refund_once")
        ]

    def __str__(self) -> str:
        return self.key


class OrderMessage(models.Model):
    """One message as it came. `order` is none where it tells of no order that we understand."""

    class Outcome(models.TextChoices):
        WAITS = "waits", _("Not read yet")
        READ = "read", _("Read")
        NOT_NEEDED = "not_needed", _("Not needed")
        NOT_UNDERSTOOD = "not_understood", _("Not understood")
        IGNORED = "ignored", _("Ignored")

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    organisation = models.ForeignKey(Organisation, models.PROTECT, related_name="+")
    source = models.ForeignKey(Source, models.PROTECT, related_name="messages", db_constraint=False)
    order = models.ForeignKey(
        Order, models.PROTECT, null=True, related_name="messages", db_constraint=False
    )
    # The vendor's id of the message, or a hash of it where it has none.
    vendor_id = models.CharField(max_length=200)
    topic = models.CharField(max_length=100, blank=True, default="")
    headers = models.JSONField(default=dict)
    # Emptied when it is old, or the person in it is erased.
    body = models.BinaryField(default=b"")
    # What had to be fetched from the shop, since the message does not hold it.
    fetched = models.JSONField(null=True)
    outcome = models.CharField(max_length=15, choices=Outcome.choices, default=Outcome.WAITS)
    problem = models.CharField(max_length=500, blank=True, default="")
    times = models.PositiveIntegerField(default=1)
    received_at = models.DateTimeField(db_default=Now(), editable=False)

    objects = MessageQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["source", "vendor_id"], name="orders_message_once")
        ]
        indexes = [
            models.Index("organisation", "received_at", name="orders_messages_by_age"),
            models.Index(
                "organisation",
                "received_at",
                condition=Q(outcome__in=["waits", "not_understood"]),
                name="orders_unread",
            ),
        ]

    def __str__(self) -> str:
        return self.topic or self.vendor_id


class OrderDeed(models.Model):
    """What was done about an order; `xid` is the transaction that its ledger entries carry."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    organisation = models.ForeignKey(Organisation, models.PROTECT, related_name="+")
    order = models.ForeignKey(Order, models.CASCADE, related_name="deeds", db_constraint=False)
    words = models.CharField(max_length=1000)
    xid = models.BigIntegerField(null=True)
    actor = models.ForeignKey(
        Member, models.PROTECT, null=True, related_name="+", db_constraint=False
    )
    at = models.DateTimeField(db_default=Now(), editable=False)

    objects = OrdersQuerySet["OrderDeed"].as_manager()

    def __str__(self) -> str:
        return self.words
