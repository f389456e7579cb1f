"""Connections to learning systems, and how far each is behind what the seats say."""

from typing import Any

from django.db import models
from django.db.models import Q
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _

from orgs.fields import searched
from orgs.ids import new_id
from orgs.models import Member, Organisation
from seatdash.connectors.querysets import (
    ComparisonQuerySet,
    ConnectionQuerySet,
    CourseAccessQuerySet,
    CourseMappingQuerySet,
    FoundThereQuerySet,
)
from seats.models import Product


class Connection(models.Model):
    """A learning system that an organisation has connected.

    `position` is the place in the organisation's chain up to which wishes are reckoned. The worker
    that is at the connection holds it until `held_until`; nothing is called before `not_before`.
    """

    class Kind(models.TextChoices):
        THINKIFIC = "thinkific", _("Thinkific")
        MOODLE = "moodle", _("Moodle")
        OPEN_EDX = "open_edx", _("Open edX")
        WEBHOOK_ONLY = "webhook_only", _("Webhooks only")

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    organisation = models.ForeignKey(Organisation, models.PROTECT, related_name="+")
    kind = models.CharField(max_length=20, choices=Kind.choices)
    name = models.CharField(max_length=100)
    address = models.CharField(max_length=300, blank=True, default="")
    # Thinkific's subdomain, Open edX's client id; Moodle needs none.
    account = models.CharField(max_length=200, blank=True, default="")
    secret = models.BinaryField()
    # What this kind alone can be told, by name.
    options = models.JSONField(default=dict)
    takes_external_ids = models.BooleanField(default=True)
    is_on = models.BooleanField(default=False)
    position = models.BigIntegerField(default=0)
    # What products open has changed: everybody is to be reckoned anew, by the worker.
    must_reckon = models.BooleanField(default=False)
    held_until = models.DateTimeField(null=True)
    not_before = models.DateTimeField(null=True)
    # Why nothing gets through at all, and how often in a row that was so.
    problem = models.CharField(max_length=500, blank=True, default="")
    failures = models.PositiveIntegerField(default=0)
    # Since when; and whether the admins were written to, which they are once until it answers.
    failing_since = models.DateTimeField(null=True)
    admins_were_told = models.BooleanField(default=False)
    answered_at = models.DateTimeField(null=True)
    created_at = models.DateTimeField(db_default=Now(), editable=False)

    objects = ConnectionQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["organisation", "id"], name="connection_in_organisation"
            ),
            models.CheckConstraint(
                condition=Q(kind__in=["thinkific", "moodle", "open_edx", "webhook_only"]),
                name="connection_kind_known",
            ),
        ]

    def __str__(self) -> str:
        return self.name


def _within(of: type[models.Model], **options: Any) -> Any:
    # The composite key proves the organisation, in the migration.
    return models.ForeignKey(
        of, models.CASCADE, related_name="+", db_constraint=False, db_index=False, **options
    )


class CourseMapping(models.Model):
    """A course of the learning system that a product opens; a bundle opens several."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    organisation = models.ForeignKey(Organisation, models.PROTECT, related_name="+")
    connection = _within(Connection)
    product = _within(Product)
    course = models.CharField(max_length=200)
    course_name = models.CharField(max_length=300, blank=True, default="")

    objects = CourseMappingQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["connection", "product", "course"], name="course_mapped_once"
            ),
            models.CheckConstraint(condition=~Q(course=""), name="course_mapping_of_course"),
        ]

    def __str__(self) -> str:
        return self.course_name or self.course


class CourseAccess(models.Model):
    """What a member should have of a course, and whether the learning system knows.

    `version` counts what was wished, so that an answer to an older wish settles no newer one.
    `was_told` is what the learning system knew last: access, none, or (None) nothing from us.
    """

    class State(models.TextChoices):
        WAITING = "waiting", _("Waiting")
        SYNCED = "synced", _("In sync")
        FAILED = "failed", _("Failed")

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    organisation = models.ForeignKey(
        Organisation, models.PROTECT, related_name="+", db_constraint=False, db_index=False
    )
    connection = _within(Connection)
    member = _within(Member)
    course = models.CharField(max_length=200)
    is_wanted = models.BooleanField()
    wanted_from = models.DateTimeField()
    wanted_until = models.DateTimeField(null=True)
    version = models.BigIntegerField(default=1)
    state = models.CharField(max_length=10, choices=State.choices, default=State.WAITING)
    attempts = models.PositiveIntegerField(default=0)
    next_at = models.DateTimeField()
    problem = models.CharField(max_length=500, blank=True, default="")
    was_told = models.BooleanField(null=True)
    told_at = models.DateTimeField(null=True)
    changed_at = models.DateTimeField()

    objects = CourseAccessQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["connection", "member", "course"], name="course_access_once"
            ),
            models.CheckConstraint(
                condition=Q(state__in=["waiting", "synced", "failed"]),
                name="course_access_state_known",
            ),
        ]
        indexes = [
            models.Index(
                fields=["organisation", "connection", "state", "changed_at", "id"],
                name="course_access_by_state",
            ),
            models.Index(
                fields=["organisation", "connection", "next_at", "id"],
                condition=Q(state="waiting"),
                name="course_access_due",
            ),
            models.Index(fields=["organisation", "member"], name="course_access_of_member"),
        ]

    def __str__(self) -> str:
        return f"{self.member_id} in {self.course}"


class Comparison(models.Model):
    """One reading of everything the learning system has, course after course, and what it found.

    `done` of `todo` courses are read. Counted are seats that were `missing` there, whose `ends`
    were others, and who was found there without a seat here.
    """

    class State(models.TextChoices):
        RUNNING = "running", _("Comparing")
        DONE = "done", _("Done")
        FAILED = "failed", _("Failed")

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    organisation = models.ForeignKey(Organisation, models.PROTECT, related_name="+")
    connection = _within(Connection)
    state = models.CharField(max_length=10, choices=State.choices, default=State.RUNNING)
    courses = models.JSONField(default=list)
    done = models.PositiveIntegerField(default=0)
    people = models.PositiveIntegerField(default=0)
    missing = models.PositiveIntegerField(default=0)
    ends = models.PositiveIntegerField(default=0)
    problem = models.CharField(max_length=500, blank=True, default="")
    started_by = _within(Member, null=True)
    created_at = models.DateTimeField()
    finished_at = models.DateTimeField(null=True)

    objects = ComparisonQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["organisation", "id"], name="comparison_in_organisation"
            ),
            models.UniqueConstraint(
                fields=["connection"], condition=Q(state="running"), name="comparison_one_at_a_time"
            ),
        ]
        indexes = [
            models.Index(
                fields=["organisation", "connection", "-created_at"], name="comparison_newest"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.state} {self.created_at}"

    @property
    def todo(self) -> int:
        return len(self.courses)


class FoundThere(models.Model):
    """Somebody who has a course in the learning system and no seat for it here."""

    class State(models.TextChoices):
        FOUND = "found", _("Only there")
        ENDING = "ending", _("Being ended there")
        FAILED = "failed", _("Failed")

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    organisation = models.ForeignKey(Organisation, models.PROTECT, related_name="+")
    connection = _within(Connection)
    course = models.CharField(max_length=200)
    email = models.CharField(max_length=254)
    name = models.CharField(max_length=200, blank=True, default="")
    until = models.DateTimeField(null=True)
    state = models.CharField(max_length=10, choices=State.choices, default=State.FOUND)
    attempts = models.PositiveIntegerField(default=0)
    next_at = models.DateTimeField()
    problem = models.CharField(max_length=500, blank=True, default="")
    # None for somebody erased here, whose access there is being ended.
    seen_in = _within(Comparison, null=True)
    search = searched("name", "email")

    objects = FoundThereQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["connection", "course", "email"], name="found_there_once"
            ),
        ]
        indexes = [
            models.Index(
                fields=["organisation", "connection", "search", "id"], name="found_there_by_search"
            ),
        ]

    def __str__(self) -> str:
        return self.name or self.email
