"""Teams: known by their id in another system, or by their name and what they are part of."""

from collections.abc import Mapping
from copy import copy
from typing import Any
from uuid import UUID

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from seats.resources.columns import Column, Text
from seats.resources.directory import Directory, TeamName
from seats.resources.sheet import Sheet, Tell
from teams.models import Team
from teams.services import create_team
from teams.services.changing import change_team, set_cost_centre


class TeamSheet(Sheet):
    name = Column(
        "name",
        label=gettext_lazy("Name"),
        words=["name", "team", "team name", "group", "class", "gruppe", "klasse", "teamname"],
        widget=Text(200),
        examples=["Classroom A", "Classroom A1"],
        needed=True,
    )
    external_id = Column(
        "external_id",
        label=gettext_lazy("External id"),
        words=["external_id", "id", "team_id", "key", "kürzel", "externe id", "kennung"],
        widget=Text(200),
        hint=gettext_lazy("The team's id in another system. With it, a team can be renamed."),
        examples=["classroom-a", "classroom-a1"],
    )
    parent = Column(
        "parent",
        label=gettext_lazy("Part of"),
        words=["parent", "part of", "parent team", "department", "teil von", "übergeordnet"],
        widget=TeamName(),
        hint=gettext_lazy("Name or external id of the team above, which must come before."),
        examples=["", "classroom-a"],
    )
    cost_centre = Column(
        "cost_centre",
        label=gettext_lazy("Cost centre"),
        words=["cost_centre", "cost centre", "cost center", "kostenstelle"],
        widget=Text(100),
        examples=["4101 Year group", ""],
    )

    class Meta(Sheet.Meta):
        model = Team
        fields = ("name", "external_id", "parent", "cost_centre")
        import_id_fields = ("external_id", "name")

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.directory = Directory(self.actor.organisation_id)
        self.fields["parent"].widget.directory = self.directory
        self.rows: dict[UUID, int] = {}
        self.planned: list[tuple[Team, bool]] = []

    def find(self, cleaned: dict[str, Any]) -> tuple[Team, bool]:
        found = self._known(cleaned)
        if found is None:
            new = Team(organisation_id=self.actor.organisation_id)
            return new, True
        if found.archived_at:
            raise self.wrong(_("%(team)s is archived."), team=found)
        if found.pk in self.rows:
            raise self.wrong(_("Row %(row)s is about this team already."), row=self.rows[found.pk])
        self.rows[found.pk] = self.number
        return copy(found), False

    def _known(self, cleaned: Mapping[str, Any]) -> Team | None:
        external_id, name = cleaned.get("external_id"), cleaned["name"]
        if external_id and external_id in self.directory.by_id:
            return self.directory.by_id[external_id]
        found = self._namesake(name, cleaned.get("parent"))
        if found and external_id and found.external_id:
            words = _("There is a team “%(name)s” already; its id is %(id)s.")
            raise self.wrong(words, name=found, id=found.external_id)
        return found

    def _namesake(self, name: str, parent: Team | None) -> Team | None:
        namesake = self.directory.at(parent, name)
        if namesake or parent:
            return namesake
        namesakes = list(self.directory.named(name))
        if len(namesakes) > 1:
            words = _("There are %(n)s teams of this name. Say what it is part of, or give its id.")
            raise self.wrong(words, n=len(namesakes))
        return namesakes[0] if namesakes else None

    def plan(self, instance: Team, *, is_new: bool) -> None:
        above: Team | None = instance.parent
        if above and instance.pk in above.lineage:
            raise self.wrong(_("A team cannot be below itself."))
        twin = self.directory.at(above, instance.name)
        if twin and twin.pk != instance.pk:
            raise self.wrong(_("There is a team of this name there already."))
        instance.lineage = [*(above.lineage if above else []), instance.pk]
        self.rows[instance.pk] = self.number
        self.directory.add(instance)
        self.planned.append((instance, is_new))

    def write(self, *, reason: str, tell: Tell) -> None:
        made: dict[UUID, Team] = {}
        for count, (team, is_new) in enumerate(self.planned):
            above = made.get(team.parent_id, team.parent) if team.parent_id else None
            facts: dict[str, Any] = {
                "name": team.name,
                "external_id": team.external_id,
                "parent": above,
            }
            if is_new:
                written = made[team.pk] = create_team(actor=self.actor, **facts)
            else:
                written = change_team(actor=self.actor, team=self.original(team), **facts)
            # Without the column, the team has that which somebody may have changed meanwhile.
            if "cost_centre" in self.matched and written.cost_centre != team.cost_centre:
                set_cost_centre(actor=self.actor, team=written, cost_centre=team.cost_centre)
            tell(count)

    def original(self, team: Team) -> Team:
        """Return the team as it is before the change."""
        return Team.objects.for_org(self.actor.organisation_id).get(pk=team.pk)
