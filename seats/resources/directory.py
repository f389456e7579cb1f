"""Teams by what a file calls them: their id in another system, or their name."""

from collections import defaultdict
from collections.abc import Iterator
from typing import Any
from uuid import UUID

from django.utils.translation import gettext as _
from import_export.widgets import Widget

from orgs.models import Organisation
from seats.resources.columns import short
from teams.models import Team


class Directory:
    """All teams of an organisation, and those that the file makes."""

    def __init__(self, organisation: Organisation | UUID) -> None:
        self.by_id: dict[str, Team] = {}
        self.by_name: dict[str, dict[UUID, Team]] = defaultdict(dict)
        self.known_as: dict[UUID, set[str]] = defaultdict(set)
        for team in Team.objects.for_org(organisation).select_related("parent"):
            self.add(team)

    def add(self, team: Team) -> None:
        """Know a team, anew or as it will be; by the names that it had, too."""
        if team.external_id:
            self.by_id[team.external_id] = team
        if not team.archived_at:
            self.known_as[team.pk].add(team.name.lower())
            for name in self.known_as[team.pk]:
                self.by_name[name][team.pk] = team

    def named(self, name: str) -> Iterator[Team]:
        """Yield the open teams that have this name now."""
        for team in self.by_name.get(name.lower(), {}).values():
            if team.name.lower() == name.lower():
                yield team

    def find(self, text: str) -> Team:
        """Return the open team of this id or name; raises ValueError, in words."""
        team = self.by_id.get(text)
        found = [team] if team else list(self.by_name.get(text.lower(), {}).values())
        if not found:
            raise ValueError(_("there is no team “%(name)s”.") % {"name": short(text)})
        if len(found) > 1:
            words = _("there are %(n)s teams “%(name)s”; give its external id.")
            raise ValueError(words % {"n": len(found), "name": short(text)})
        if found[0].archived_at:
            raise ValueError(_("%(name)s is archived.") % {"name": found[0]})
        return found[0]

    def at(self, parent: Team | None, name: str) -> Team | None:
        """Return the open team of this name below a parent, or at the top."""
        parent_id = parent.pk if parent else None
        return next((team for team in self.named(name) if team.parent_id == parent_id), None)


class TeamName(Widget):  # type: ignore[misc]  # the library has no types
    """A team, by its id in another system or its name; the sheet gives it the directory."""

    directory: Directory

    def clean(self, value: str, row: Any = None, **_kwargs: Any) -> Team:
        return self.directory.find(value)

    def render(self, value: Team | None, obj: Any = None, **_kwargs: Any) -> str:
        return str(value) if value else ""
