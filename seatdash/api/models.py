"""Tokens, the answers that are kept for whoever asks again, and the log of calls."""

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models.functions import Now
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from orgs.ids import new_id
from orgs.models import Member, Organisation
from seatdash.api.querysets import CallQuerySet, KeptAnswerQuerySet, TokenQuerySet

# Calls a minute that a token may make, unless its maker says otherwise; and the most.
USUAL_RATE, HIGHEST_RATE = 3_000, 1_000_000


class Token(models.Model):
    """What a program shows at the door; only the SHA-256 of it is here.

    `member` stands for the program wherever somebody acts: it is nobody, and named for the token.
    `spent` calls were counted in the minute that began at `minute`.
    """

    class Scope(models.TextChoices):
        READ = "read", _("Read")
        PROVISION = "provision", _("Provision")
        ENROL = "enrol", _("Enrol")
        EXPORT = "export", _("Export")

    class State(models.TextChoices):
        LIVE = "live", _("In use")
        ENDED = "ended", _("Ended")
        REVOKED = "revoked", _("Revoked")

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    organisation = models.ForeignKey(Organisation, models.PROTECT, related_name="+", db_index=False)
    member = models.OneToOneField(
        Member, models.PROTECT, related_name="+", db_constraint=False, editable=False
    )
    name = models.CharField(_("name"), max_length=100)
    scopes = ArrayField(models.CharField(max_length=10, choices=Scope.choices))
    per_minute = models.PositiveIntegerField(_("calls a minute"), default=USUAL_RATE)
    # Looked up before any organisation is known, so this index begins with no organisation.
    digest = models.BinaryField(unique=True, editable=False)
    hint = models.CharField(max_length=4, editable=False)
    made_by = models.ForeignKey(Member, models.PROTECT, related_name="+", db_constraint=False)
    made_at = models.DateTimeField(db_default=Now(), editable=False)
    ends_at = models.DateTimeField(null=True, blank=True)
    revoked_at = models.DateTimeField(null=True, blank=True)
    last_used_at = models.DateTimeField(null=True, blank=True)
    minute = models.DateTimeField(null=True, editable=False)
    spent = models.PositiveIntegerField(default=0, editable=False)

    objects = TokenQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["organisation", "id"], name="token_in_organisation"),
            models.CheckConstraint(
                condition=models.Q(scopes__len__gt=0)
                & models.Q(scopes__contained_by=["read", "provision", "enrol", "export"]),
                name="token_scopes_known",
            ),
            models.CheckConstraint(
                condition=models.Q(per_minute__gt=0), name="token_may_call_at_all"
            ),
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def state(self) -> State:
        if self.revoked_at:
            return self.State.REVOKED
        is_over = self.ends_at is not None and self.ends_at <= timezone.now()
        return self.State.ENDED if is_over else self.State.LIVE

    @property
    def scope_names(self) -> list[str]:
        """The scopes in words, in the order in which they are offered."""
        return [str(scope.label) for scope in self.Scope if scope in self.scopes]


class KeptAnswer(models.Model):
    """The first answer to a call with an idempotency key. While it is being found, status is 0.

    `digest` is the SHA-256 of what was asked.
    """

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    organisation = models.ForeignKey(Organisation, models.PROTECT, related_name="+", db_index=False)
    token = models.ForeignKey(
        Token, models.PROTECT, related_name="+", db_constraint=False, db_index=False
    )
    key = models.CharField(max_length=255)
    digest = models.BinaryField()
    status = models.PositiveSmallIntegerField(default=0)
    content_type = models.CharField(max_length=50, default="")
    body = models.BinaryField(default=b"")
    made_at = models.DateTimeField(default=timezone.now, editable=False)

    objects = KeptAnswerQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["organisation", "token", "key"], name="kept_answer_once"
            )
        ]
        indexes = [models.Index(fields=["organisation", "made_at"], name="kept_answer_by_age")]

    def __str__(self) -> str:
        return self.key


class Call(models.Model):
    """A call of the API, or several of the same that only read, as the log shows it.

    `milliseconds` is how long the longest of them took; `body` what was sent, without secrets.
    """

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    organisation = models.ForeignKey(
        Organisation, models.PROTECT, related_name="+", db_constraint=False, db_index=False
    )
    token = models.ForeignKey(
        Token, models.PROTECT, related_name="+", db_constraint=False, db_index=False
    )
    at = models.DateTimeField()
    method = models.CharField(max_length=10)
    path = models.CharField(max_length=1000)
    status = models.PositiveSmallIntegerField()
    key = models.CharField(max_length=255, blank=True, default="")
    milliseconds = models.PositiveIntegerField()
    request_id = models.CharField(max_length=64)
    times = models.PositiveIntegerField(default=1)
    body = models.TextField(blank=True, default="")
    answer = models.TextField(blank=True, default="")

    objects = CallQuerySet.as_manager()

    class Meta:
        indexes = [
            models.Index(fields=["organisation", "at", "id"], name="call_by_time"),
            models.Index(fields=["organisation", "token", "at", "id"], name="call_of_token"),
        ]

    def __str__(self) -> str:
        return f"{self.method} {self.path}"

    @property
    def is_bad(self) -> bool:
        return self.status >= 400  # noqa: PLR2004 - where HTTP's errors begin
