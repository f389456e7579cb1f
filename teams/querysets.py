"""Named reads of teams."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db import models

from orgs.querysets import every_word

if TYPE_CHECKING:
    from uuid import UUID

    from orgs.models import Member, Organisation
    from teams.models import Invitation, Team, TeamMember


class TeamQuerySet(models.QuerySet["Team"]):
    def for_org(self, organisation: Organisation | UUID) -> TeamQuerySet:
        return self.filter(organisation=organisation)

    def open(self) -> TeamQuerySet:
        """Teams that are not archived."""
        return self.filter(archived_at__isnull=True)

    def managed_by(self, member: Member) -> TeamQuerySet:
        """The teams that this member manages, and all below them."""
        managed = list(
            member.team_memberships.filter(role="manager").values_list("team_id", flat=True)
        )
        return self.filter(lineage__overlap=managed) if managed else self.none()

    def visible_to(self, member: Member) -> TeamQuerySet:
        """Every team for admins and finance; their own and those below for managers."""
        return self if member.role else self.managed_by(member)

    def below(self, team: Team) -> TeamQuerySet:
        """The team itself and every team below it."""
        return self.filter(lineage__contains=[team.pk])

    def by_name(self) -> TeamQuerySet:
        return self.order_by("search", "id")

    def search(self, text: str) -> TeamQuerySet:
        return self.filter(every_word(text))


class TeamMemberQuerySet(models.QuerySet["TeamMember"]):
    def for_org(self, organisation: Organisation | UUID) -> TeamMemberQuerySet:
        return self.filter(organisation=organisation)

    def managers(self) -> TeamMemberQuerySet:
        return self.filter(role="manager")


class InvitationQuerySet(models.QuerySet["Invitation"]):
    def for_org(self, organisation: Organisation | UUID) -> InvitationQuerySet:
        return self.filter(organisation=organisation)

    def to(self, email: str) -> InvitationQuerySet:
        return self.filter(email=email.lower())

    def unanswered(self) -> InvitationQuerySet:
        """Neither accepted nor withdrawn; they may have ended."""
        return self.filter(accepted_at__isnull=True, withdrawn_at__isnull=True)
