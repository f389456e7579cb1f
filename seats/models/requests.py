"""What managers ask for."""

from django.db import models
from django.db.models import Q
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _

from orgs.ids import new_id
from orgs.models import Member, Organisation
from seats.models.pools import Product
from seats.querysets import SeatRequestQuerySet
from teams.models import Team


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
    answer_seen_at = models.DateTimeField(null=True, blank=True)
    answer = models.CharField(_("answer"), max_length=500, blank=True, default="")

    objects = SeatRequestQuerySet.as_manager()

    class Meta:
        indexes = [
            models.Index(
                "organisation", "asked_at", condition=Q(status="open"), name="open_requests"
            ),
            models.Index(
                "asked_by",
                condition=Q(decided_at__isnull=False, answer_seen_at__isnull=True),
                name="unseen_answers",
            ),
        ]
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
