"""Who is told of what happens here, and what became of telling them."""

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _

from orgs.ids import new_id
from orgs.models import Member, Organisation
from seatdash.secrets import is_lost
from seatdash.webhooks.events import MESSAGE, Type, message_id
from seatdash.webhooks.querysets import AttemptQuerySet, DeliveryQuerySet, EndpointQuerySet

LONGEST_ANSWER = 1024


def is_success(status: int | None) -> bool:
    """Say whether a receiver took it (RFC 9110, 15.3); a redirect is not followed, and did not."""
    return status is not None and 200 <= status < 300  # noqa: PLR2004


class Endpoint(models.Model):
    """An address that events are sent to. It has been told of the ledger up to `position`.

    `due_at` is when there is something to do for it, empty for nothing or for being done now: a
    worker has it until `claimed_until`. `failures` counts attempts that failed one after another,
    `failing_since` says since when nothing succeeded. Until `rest_until` nothing is sent at all.
    """

    class State(models.TextChoices):
        ACTIVE = "active", _("Active")
        PAUSED = "paused", _("Paused")
        OFF = "off", _("Switched off")

    class Off(models.TextChoices):
        NONE = "", ""
        FAILING = "failing", _("Nothing reached it for three days.")
        GONE = "gone", _("It answered 410 Gone: it wants no more events.")

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    organisation = models.ForeignKey(Organisation, models.PROTECT, related_name="+")
    address = models.CharField(_("address"), max_length=1000)
    types = ArrayField(models.CharField(max_length=40, choices=Type.choices))
    # Per cent of a pool's capacity in use, of which pool.threshold tells.
    thresholds = ArrayField(models.PositiveSmallIntegerField())
    secret = models.BinaryField()
    old_secret = models.BinaryField(null=True)
    old_secret_until = models.DateTimeField(null=True)
    # Subscribed by a program through the API; it goes as it came.
    is_hook = models.BooleanField(default=False)
    state = models.CharField(max_length=10, choices=State.choices, default=State.ACTIVE)
    off_because = models.CharField(max_length=10, choices=Off.choices, blank=True, default="")
    position = models.BigIntegerField(default=0)
    failures = models.PositiveIntegerField(default=0)
    failing_since = models.DateTimeField(null=True)
    succeeded_at = models.DateTimeField(null=True)
    due_at = models.DateTimeField(null=True)
    rest_until = models.DateTimeField(null=True)
    claimed_until = models.DateTimeField(null=True)
    created_by = models.ForeignKey(
        Member, models.PROTECT, null=True, related_name="+", db_constraint=False, db_index=False
    )
    created_at = models.DateTimeField(db_default=Now(), editable=False)

    objects = EndpointQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["organisation", "id"], name="endpoint_in_organisation"),
            models.CheckConstraint(
                condition=Q(state="off", off_because__in=["failing", "gone"])
                | Q(state__in=["active", "paused"], off_because=""),
                name="endpoint_off_for_a_reason",
            ),
        ]
        indexes = [models.Index("due_at", condition=Q(state="active"), name="endpoint_due")]

    def __str__(self) -> str:
        return self.address

    @property
    def secret_is_lost(self) -> bool:
        return is_lost(self.secret)


class Delivery(models.Model):
    """One event for one endpoint. What it says is made from the ledger when it is sent.

    `about` is the ledger's entry, or the request. Those of one `lane`, which is a pool or a
    request, go one after another in the order of `turn`: the first that waits holds back the rest.
    `step` is how many pauses it has had of those there are.
    """

    class State(models.TextChoices):
        WAITING = "waiting", _("Waiting")
        DONE = "done", _("Delivered")
        FAILED = "failed", _("Failed")
        SKIPPED = "skipped", _("Skipped")

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    organisation = models.ForeignKey(
        Organisation, models.PROTECT, related_name="+", db_constraint=False, db_index=False
    )
    endpoint = models.ForeignKey(
        Endpoint, models.DO_NOTHING, related_name="+", db_constraint=False, db_index=False
    )
    type = models.CharField(max_length=40, choices=Type.choices)
    about = models.UUIDField()
    threshold = models.PositiveSmallIntegerField(null=True)
    lane = models.UUIDField()
    turn = models.BigIntegerField(default=0)
    state = models.CharField(max_length=10, choices=State.choices, default=State.WAITING)
    step = models.PositiveSmallIntegerField(default=0)
    tried = models.PositiveIntegerField(default=0)
    tried_since = models.DateTimeField(null=True)
    last_status = models.PositiveSmallIntegerField(null=True)
    next_at = models.DateTimeField()
    created_at = models.DateTimeField()

    objects = DeliveryQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["organisation", "id"], name="delivery_in_organisation"),
        ]
        indexes = [
            models.Index(
                "endpoint", "turn", "id", condition=Q(state="waiting"), name="delivery_in_turn"
            ),
            models.Index(
                "endpoint", "next_at", condition=Q(state="waiting"), name="delivery_by_next"
            ),
            models.Index("endpoint", "created_at", "id", name="delivery_by_age"),
            models.Index("endpoint", "state", "created_at", "id", name="delivery_by_state"),
            models.Index("organisation", "created_at", name="delivery_old"),
        ]

    def __str__(self) -> str:
        return f"{self.type} {self.message_id}"

    @property
    def message_id(self) -> str:
        """The same for each attempt and each endpoint, so that receivers know what they have."""
        return MESSAGE + message_id(self.about, self.type).hex


class Attempt(models.Model):
    """One request that was sent, and what came back: a status, or a problem on the way."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    organisation = models.ForeignKey(
        Organisation, models.PROTECT, related_name="+", db_constraint=False, db_index=False
    )
    delivery = models.ForeignKey(
        Delivery, models.DO_NOTHING, related_name="+", db_constraint=False, db_index=False
    )
    at = models.DateTimeField()
    status = models.PositiveSmallIntegerField(null=True)
    ms = models.PositiveIntegerField()
    answer = models.TextField(blank=True, default="", max_length=LONGEST_ANSWER)
    problem = models.CharField(max_length=300, blank=True, default="")

    objects = AttemptQuerySet.as_manager()

    class Meta:
        indexes = [models.Index("delivery", "at", name="attempt_of_delivery")]

    def __str__(self) -> str:
        return f"{self.at}: {self.status or self.problem}"

    @property
    def is_success(self) -> bool:
        return is_success(self.status)
