"""People: known by their e-mail; a row for each team that they belong to."""

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from typing import Any
from uuid import UUID

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from orgs.models import Member
from orgs.services import rename_members
from seats.resources.columns import Choice, Column, Email, Text, short
from seats.resources.crowd import Crowd, Known, Line
from seats.resources.directory import Directory, TeamName
from seats.resources.sheet import Sheet, Tell
from teams.models import Team, TeamMember
from teams.services import admit, appoint

Role = TeamMember.Role
# What a row said, and its number.
Said = tuple[str, int]
ROLES = {
    Role.LEARNER: ["learner", "member", "student", "lernende", "lernender", "mitglied", "schüler"],
    Role.MANAGER: ["manager", "team manager", "teacher", "leitung", "lehrkraft"],
}

OTHER_NAME = gettext_lazy("Row %(row)s has another name.")
OTHER_ROLE = gettext_lazy("Row %(row)s has another role in this team.")


class PeopleSheet(Sheet):
    email = Column(
        "email",
        label=gettext_lazy("E-mail"),
        words=["email", "e-mail", "mail", "e-mail address", "e-mail-adresse", "mailadresse"],
        widget=Email(),
        examples=["kim@school.example", "ada@school.example"],
        needed=True,
    )
    name = Column(
        "name",
        label=gettext_lazy("Name"),
        words=["name", "full name", "person", "vollständiger name", "teilnehmer"],
        widget=Text(200),
        examples=["Kim Abara", "Ada Lindqvist"],
    )
    team = Column(
        "team",
        label=gettext_lazy("Team"),
        words=["team", "group", "class", "classroom", "gruppe", "klasse", "abteilung"],
        widget=TeamName(),
        hint=gettext_lazy("Name or external id. Somebody in several teams has several rows."),
        examples=["classroom-a", "classroom-a"],
    )
    role = Column(
        "role",
        label=gettext_lazy("Role in the team"),
        words=["role", "rolle"],
        widget=Choice(ROLES),
        examples=["learner", "manager"],
        choices=["learner", "manager"],
    )

    class Meta(Sheet.Meta):
        model = Member
        fields = ("email", "name", "team", "role")
        import_id_fields = ("email",)

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.crowd = Crowd(self.actor)
        self.fields["team"].widget.directory = Directory(self.actor.organisation_id)
        # What the rows so far said, and which of them.
        self.names: dict[str, Said] = {}
        self.places: dict[tuple[str, UUID], Said] = {}
        # What is to be written.
        self.entering: dict[str, Known] = {}
        self.renamed: dict[UUID, str] = {}
        self.joining: dict[UUID, list[str]] = defaultdict(list)
        self.appointed: list[tuple[str, Team, Role]] = []

    def look(self, rows: Sequence[Mapping[str, str]]) -> None:
        self.crowd.look(row["email"] for row in rows)

    def find(self, cleaned: dict[str, Any]) -> tuple[Line, bool]:
        key, team, role = cleaned["email"].lower(), cleaned.get("team"), cleaned.get("role")
        if role and not team:
            raise self.wrong(_("A role needs a team."))
        self.agree(self.names, key, cleaned.get("name"), OTHER_NAME)
        if team:
            self.agree(self.places, (key, team.pk), role, OTHER_ROLE)
        known = self.crowd.known.get(key)
        if known is None:
            return Line(), True
        now = self.crowd.roles.get((key, team.pk)) if team else None
        is_in = team if now else None
        return Line(email=cleaned["email"], name=known.name, team=is_in, role=now), False

    def agree(self, said: dict[Any, Said], key: Any, value: str | None, words: Any) -> None:
        """Refuse a row that says something else than one before it."""
        if not value:
            return
        before, row = said.setdefault(key, (value, self.number))
        if before != value:
            raise self.wrong(str(words), row=row)

    def skip_row(self, instance: Line, *_args: Any, **_kwargs: Any) -> bool:
        known = self.crowd.known.get(instance.email.lower())
        return not (known and known.has_left) and super().skip_row(instance)

    def differences(self, before: dict[str, Any], after: dict[str, Any]) -> Iterator[str]:
        if before.get("name") != after.get("name"):
            was = short(before["name"])
            yield _("Name was “%(was)s”.") % {"was": was} if was else _("Name is set.")
        team = after.get("team")
        if team and not before["team"]:
            yield _("Joins %(team)s.") % {"team": team}
        elif before.get("role") != after.get("role"):
            yield _("Role was %(was)s.") % {"was": Role(before["role"]).label}

    def plan(self, instance: Line, *, is_new: bool) -> None:
        key = instance.email.lower()
        known = self.crowd.known.setdefault(key, Known(instance.email, instance.name))
        if is_new or known.has_left:
            self.entering[key] = known
        if known.has_left:
            self.told.insert(0, _("Comes back."))
            known.has_left = False
        if known.member_id and known.name != instance.name:
            self.renamed[known.member_id] = instance.name
        known.name = instance.name
        if instance.team:
            self._place(key, instance.team, instance.role)

    def _place(self, key: str, team: Team, role: Role | None) -> None:
        now = self.crowd.roles.get((key, team.pk))
        if now is None or (role and role != now):
            # Held with all others before any team is: nobody waits for it in a circle.
            self.entering[key] = self.crowd.known[key]
        if now is None:
            self.joining[team.pk].append(key)
        if role and role != (now or Role.LEARNER):
            self.appointed.append((key, team, role))
        self.crowd.roles[key, team.pk] = role or now or Role.LEARNER

    def write(self, *, reason: str, tell: Tell) -> None:
        self.crowd.enter(self.entering)
        rename_members(actor=self.actor, names=self.renamed)
        done = 0
        for team in Team.objects.filter(pk__in=list(self.joining)).order_by("pk"):
            keys = self.joining[team.pk]
            admit(actor=self.actor, team=team, members=self.crowd.ids(keys))
            done += len(keys)
            tell(done)
        for key, team, role in self.appointed:
            member = Member.objects.get(pk__in=self.crowd.ids([key]))
            appoint(actor=self.actor, team=team, member=member, role=role)
