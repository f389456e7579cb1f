"""Teams (classrooms, departments, clients) and who belongs to them."""

from datetime import timedelta

from django.contrib.postgres.fields import ArrayField
from django.contrib.postgres.indexes import GinIndex
from django.db import models
from django.db.models.functions import Lower, Now
from django.utils import timezone
from django.utils.crypto import get_random_string
from django.utils.translation import gettext_lazy as _

from orgs.fields import searched
from orgs.ids import new_id
from orgs.models import Member, Organisation
from teams.querysets import InvitationQuerySet, TeamMemberQuerySet, TeamQuerySet


class Team(models.Model):
    """A group of members. `lineage` holds the ids of its ancestors and its own."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    organisation = models.ForeignKey(Organisation, models.PROTECT, related_name="teams")
    name = models.CharField(_("name"), max_length=200)
    external_id = models.CharField(_("external id"), max_length=200, null=True, blank=True)  # noqa: DJ001 - NULL keeps the constraint off teams without one
    parent = models.ForeignKey(
        "self",
        models.PROTECT,
        null=True,
        blank=True,
        related_name="children",
        db_constraint=False,
        verbose_name=_("part of"),
    )
    lineage = ArrayField(models.UUIDField(), editable=False)
    # Where finance charges the team's seats to.
    cost_centre = models.CharField(
        _("cost centre"), max_length=100, blank=True, default="", db_default=""
    )
    archived_at = models.DateTimeField(null=True, blank=True)
    created_at = models.DateTimeField(db_default=Now(), editable=False)
    search = searched("name", "external_id")

    objects = TeamQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                "organisation",
                "parent",
                Lower("name"),
                condition=models.Q(archived_at__isnull=True),
                nulls_distinct=False,
                name="team_name_once",
            ),
            models.UniqueConstraint(
                fields=["organisation", "external_id"], name="team_external_id_once"
            ),
            models.UniqueConstraint(fields=["organisation", "id"], name="team_in_organisation"),
        ]
        indexes = [
            models.Index(fields=["organisation", "search", "id"], name="team_by_search"),
            GinIndex(fields=["lineage"], name="team_lineage"),
        ]

    def __str__(self) -> str:
        return self.name


class TeamMember(models.Model):
    class Role(models.TextChoices):
        LEARNER = "learner", _("Learner")
        MANAGER = "manager", _("Manager")

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    organisation = models.ForeignKey(Organisation, models.PROTECT, related_name="+")
    team = models.ForeignKey(
        Team, models.PROTECT, related_name="memberships", db_constraint=False, db_index=False
    )
    member = models.ForeignKey(
        Member, models.PROTECT, related_name="team_memberships", db_constraint=False
    )
    role = models.CharField(_("role"), max_length=10, choices=Role.choices, default=Role.LEARNER)
    created_at = models.DateTimeField(db_default=Now(), editable=False)

    objects = TeamMemberQuerySet.as_manager()

    class Meta:
        indexes = [
            models.Index(
                "organisation", "member", condition=models.Q(role="manager"), name="team_managers"
            ),
        ]
        constraints = [
            models.UniqueConstraint(fields=["team", "member"], name="team_member_once"),
            models.CheckConstraint(
                condition=models.Q(role__in=["learner", "manager"]), name="team_member_role_known"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.member} in {self.team}"


def new_nonce() -> str:
    """Return what tells the newest link of an invitation from those sent before."""
    return get_random_string(16)


class Invitation(models.Model):
    """Somebody is asked by e-mail to sign in to an organisation: with a role, or to manage a team.

    The link in the letter carries the nonce, signed; one that was sent before has another.
    """

    LASTS = timedelta(days=7)

    class State(models.TextChoices):
        WAITING = "waiting", _("Waiting")
        ENDED = "ended", _("Ended")
        ACCEPTED = "accepted", _("Accepted")
        WITHDRAWN = "withdrawn", _("Withdrawn")

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    organisation = models.ForeignKey(Organisation, models.PROTECT, related_name="+")
    email = models.EmailField(_("e-mail"), max_length=254)
    role = models.CharField(
        _("role"), max_length=10, choices=Member.Role.choices, default=Member.Role.NONE, blank=True
    )
    team = models.ForeignKey(
        Team, models.PROTECT, null=True, blank=True, related_name="+", db_constraint=False
    )
    invited_by = models.ForeignKey(Member, models.PROTECT, related_name="+", db_constraint=False)
    nonce = models.CharField(max_length=32, default=new_nonce, editable=False)
    sent = models.PositiveIntegerField(default=1)
    sent_at = models.DateTimeField(default=timezone.now)
    expires_at = models.DateTimeField()
    created_at = models.DateTimeField(db_default=Now(), editable=False)
    accepted_at = models.DateTimeField(null=True, blank=True)
    withdrawn_at = models.DateTimeField(null=True, blank=True)

    objects = InvitationQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                "organisation",
                Lower("email"),
                condition=models.Q(accepted_at__isnull=True, withdrawn_at__isnull=True),
                name="invitation_waits_once",
            ),
            models.CheckConstraint(
                condition=models.Q(role__in=["", "admin", "finance"]), name="invitation_role_known"
            ),
            models.CheckConstraint(
                condition=models.Q(accepted_at__isnull=True) | models.Q(withdrawn_at__isnull=True),
                name="invitation_answered_once",
            ),
        ]

    def __str__(self) -> str:
        return self.email

    @property
    def state(self) -> State:
        if self.accepted_at:
            return self.State.ACCEPTED
        if self.withdrawn_at:
            return self.State.WITHDRAWN
        is_over = self.expires_at <= timezone.now() or not self.is_vouched_for
        return self.State.ENDED if is_over else self.State.WAITING

    @property
    def is_vouched_for(self) -> bool:
        """Whether who invited may still let anybody in: a role outlives no one who has lost it."""
        inviter = self.invited_by
        return inviter.role == Member.Role.ADMIN and inviter.offboarded_at is None
