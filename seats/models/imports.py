"""Files that people, teams, products and enrolments are imported from, row by row."""

from django.db import models
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _

from orgs.ids import new_id
from orgs.models import Member, Organisation
from seats.querysets import ImportQuerySet, ImportRowQuerySet


class Import(models.Model):
    """A file on its way in. Nothing of it is written before `DONE`, and then all of it.

    `content` is the file as it came; `headers` and `samples` are its first rows, `columns` says by
    name in which of its columns each thing stands. `done` of `todo` is how far the worker is.
    """

    class Kind(models.TextChoices):
        TEAMS = "teams", _("Teams")
        PRODUCTS = "products", _("Products")
        PEOPLE = "people", _("People")
        ENROLMENTS = "enrolments", _("Enrolments")

    class State(models.TextChoices):
        UPLOADED = "uploaded", _("Match the columns")
        CHECKING = "checking", _("Being checked")
        CHECKED = "checked", _("Checked")
        RUNNING = "running", _("Running")
        DONE = "done", _("Imported")
        FAILED = "failed", _("Failed")

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    organisation = models.ForeignKey(Organisation, models.PROTECT, related_name="+")
    kind = models.CharField(max_length=10, choices=Kind.choices)
    state = models.CharField(max_length=10, choices=State.choices, default=State.UPLOADED)
    name = models.CharField(max_length=200)
    content = models.BinaryField()
    headers = models.JSONField(default=list)
    samples = models.JSONField(default=list)
    columns = models.JSONField(default=dict)
    # What is to be said of the file, and why the last step was refused.
    remark = models.CharField(max_length=500, blank=True, default="")
    problem = models.CharField(max_length=1000, blank=True, default="")
    done = models.PositiveIntegerField(default=0)
    todo = models.PositiveIntegerField(default=0)
    new = models.PositiveIntegerField(default=0)
    changed = models.PositiveIntegerField(default=0)
    same = models.PositiveIntegerField(default=0)
    wrong = models.PositiveIntegerField(default=0)
    created_by = models.ForeignKey(Member, models.PROTECT, related_name="+", db_constraint=False)
    created_at = models.DateTimeField(db_default=Now(), editable=False)
    finished_at = models.DateTimeField(null=True, blank=True)

    objects = ImportQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["organisation", "id"], name="import_in_organisation"),
        ]
        indexes = [models.Index(fields=["organisation", "-created_at"], name="import_newest")]

    def __str__(self) -> str:
        return self.name

    @property
    def judged(self) -> int:
        """How many rows were checked."""
        return self.new + self.changed + self.same + self.wrong


class ImportRow(models.Model):
    """One row of the file: its cells, what becomes of it, and why."""

    class State(models.TextChoices):
        NEW = "new", _("New")
        CHANGED = "changed", _("Changed")
        SAME = "same", _("Same")
        WRONG = "wrong", _("Wrong")

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    organisation = models.ForeignKey(
        Organisation, models.PROTECT, related_name="+", db_constraint=False, db_index=False
    )
    source = models.ForeignKey(
        Import, models.CASCADE, related_name="rows", db_constraint=False, db_index=False
    )
    number = models.PositiveIntegerField()
    state = models.CharField(max_length=10, choices=State.choices)
    reason = models.TextField(blank=True, default="")
    cells = models.JSONField()

    objects = ImportRowQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["source", "number"], name="import_row_once"),
        ]
        indexes = [models.Index("source", "state", "number", name="import_row_by_state")]

    def __str__(self) -> str:
        return f"{self.number}: {self.state}"
