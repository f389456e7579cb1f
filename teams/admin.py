"""Teams in Django's admin, to look at."""

from django.contrib import admin

from orgs.admin import ReadOnlyAdmin
from teams.models import Invitation, Team, TeamMember


@admin.register(Team)
class TeamAdmin(ReadOnlyAdmin):
    list_display = ("name", "organisation", "parent", "external_id", "archived_at")
    list_filter = ("organisation",)
    list_select_related = ("organisation", "parent")
    search_fields = ("name", "external_id")
    ordering = ("organisation", "name", "id")


@admin.register(TeamMember)
class TeamMemberAdmin(ReadOnlyAdmin):
    list_display = ("member", "team", "role", "organisation")
    list_filter = ("role", "organisation")
    list_select_related = ("organisation", "team", "member")
    search_fields = ("member__email", "member__name", "team__name")
    ordering = ("organisation", "team", "id")


@admin.register(Invitation)
class InvitationAdmin(ReadOnlyAdmin):
    list_display = ("email", "role", "team", "organisation", "state", "sent_at", "sent")
    list_filter = ("organisation",)
    list_select_related = ("organisation", "team")
    search_fields = ("email",)
    ordering = ("-sent_at", "id")
    # What makes a link the newest is nobody's to see.
    exclude = ("nonce",)
