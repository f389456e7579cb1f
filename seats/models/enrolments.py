"""Who uses which seat, until when."""

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from orgs.ids import new_id
from orgs.models import Member, Organisation
from seats.models.pools import Allocation, Pool
from seats.querysets import EnrolmentQuerySet
from teams.models import Team


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
                fields=["organisation", "expires_at", "id"],
                condition=Q(ended_at__isnull=True),
                name="enrolment_by_end",
            ),
            models.Index("team", "started_at", name="enrolment_of_team"),
            models.Index(fields=["organisation", "started_at", "id"], name="enrolment_by_start"),
            models.Index(
                "pool", condition=Q(end_reason="expired", occupies=True), name="enrolment_held"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.member} in {self.pool}"
