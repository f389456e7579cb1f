"""Reports that come by themselves: as a letter with a link, to those who may read them."""

from django.db import models
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _

from orgs.ids import new_id
from orgs.models import Member, Organisation
from seats.querysets import ScheduledReportQuerySet


class ScheduledReport(models.Model):
    """A report that is told of on the first of each month, or on each Monday.

    `next_on` is the day, in the organisation's time zone, on whose morning the next letters are
    due; what is paused has none. It is nobody's history: it may be deleted.
    """

    class Kind(models.TextChoices):
        STATEMENT = "statement", _("Statement")
        USAGE = "usage", _("Usage")
        ENROLMENTS = "enrolments", _("Enrolments")

    class Rhythm(models.TextChoices):
        MONTHLY = "monthly", _("Monthly, on the first")
        WEEKLY = "weekly", _("Weekly, on Monday")

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    organisation = models.ForeignKey(Organisation, models.PROTECT, related_name="+")
    kind = models.CharField(_("report"), max_length=12, choices=Kind.choices)
    rhythm = models.CharField(_("how often"), max_length=10, choices=Rhythm.choices)
    owner = models.ForeignKey(Member, models.PROTECT, related_name="+", db_constraint=False)
    next_on = models.DateField(null=True)
    sent_at = models.DateTimeField(null=True)
    created_at = models.DateTimeField(db_default=Now(), editable=False)
    readers = models.ManyToManyField(Member, through="ReportReader", related_name="+")

    objects = ScheduledReportQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["organisation", "id"], name="scheduled_report_in_organisation"
            ),
            models.CheckConstraint(
                condition=models.Q(kind__in=["statement", "usage", "enrolments"]),
                name="scheduled_report_kind_known",
            ),
            models.CheckConstraint(
                condition=models.Q(rhythm__in=["monthly", "weekly"]),
                name="scheduled_report_rhythm_known",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_kind_display()} · {self.get_rhythm_display()}"


class ReportReader(models.Model):
    """A member who is told of a scheduled report, while being admin or finance."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    organisation = models.ForeignKey(Organisation, models.PROTECT, related_name="+", db_index=False)
    report = models.ForeignKey(
        ScheduledReport, models.CASCADE, related_name="+", db_constraint=False, db_index=False
    )
    member = models.ForeignKey(Member, models.PROTECT, related_name="+", db_constraint=False)

    objects = models.Manager["ReportReader"]()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["organisation", "report", "member"], name="report_reader_once"
            )
        ]

    def __str__(self) -> str:
        return f"{self.report_id} for {self.member_id}"
