"""Teams in Django's admin, to look at."""

from django.contrib import admin

from orgs.admin import ReadOnlyAdmin
from teams.models import Team, TeamMember


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
