"""What the sidebar offers, by role."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any

from django.contrib.postgres.aggregates import ArrayAgg
from django.db.models import Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from orgs.models import Member, User

# Name of the page, its label, its icon, and who may open it.
PAGES = (
    ("overview", _("Overview"), "layout-dashboard", {"admin", "finance"}),
    ("products", _("Products"), "package", {"admin", "finance"}),
    ("pools", _("Pools"), "layers", {"admin", "finance"}),
    ("enrolments", _("Enrolments"), "graduation-cap", {"admin", "finance", "manager"}),
    ("teams", _("Teams"), "users", {"admin", "finance", "manager"}),
    ("people", _("People"), "contact", {"admin", "manager"}),
    ("requests", _("Requests"), "inbox", {"admin", "manager"}),
    ("activity", _("Activity"), "activity", {"admin", "finance"}),
    ("reports", _("Reports"), "file-down", {"admin", "finance"}),
    ("import", _("Import"), "file-up", {"admin"}),
    ("books", _("Books"), "book-open-check", {"admin", "finance"}),
    ("settings", _("Settings"), "settings", {"admin"}),
)

# After g, what takes one to the page.
KEYS = {
    "overview": "o",
    "products": "p",
    "pools": "l",
    "enrolments": "n",
    "teams": "t",
    "people": "e",
    "requests": "q",
    "activity": "a",
    "reports": "r",
    "import": "i",
    "books": "b",
    "settings": "s",
}


# A place in a team that is in use, as its manager.
MANAGES = Q(team_memberships__role="manager", team_memberships__team__archived_at__isnull=True)

# How much waits for a member behind a page, by the page's name: apps name theirs as they start, and
# several may have something behind one page.
WAITING: dict[str, list[Callable[[Member], int]]] = {}


@dataclass(frozen=True)
class NavItem:
    name: str
    label: str
    url: str
    icon: str
    current: bool
    key: str = ""
    member: Member | None = field(default=None, repr=False)

    @property
    def count(self) -> int:
        """Count what waits there, when the page is drawn: a fragment of it asks nothing."""
        waits = WAITING.get(self.name, [])
        return sum(wait(self.member) for wait in waits) if self.member else 0


def navigation(role: str, member: Member, path: str) -> list[NavItem]:
    """Return the pages that a role may open, the one at `path` marked as current."""
    return [
        NavItem(
            name=name,
            label=str(label),
            url=url,
            icon=icon,
            current=_is_current(url, path),
            key=KEYS.get(name, ""),
            member=member,
        )
        for name, label, icon, roles in PAGES
        if role in roles
        for url in [reverse(name, args=[member.organisation.slug])]
    ]


def places_of(user: User) -> list[tuple[Member, str]]:
    """Return where a user may enter, each with the address to begin at."""
    managed = ArrayAgg("team_memberships__team", filter=MANAGES, default=[])
    # Any: each carries `managed`, the teams.
    members: Iterable[Any] = Member.objects.of_user(user).annotate(managed=managed)
    return [(member, _start(member, member.managed)) for member in members]


def start_of(member: Member) -> str:
    """Return where a member begins: managers at their team or teams, others at the overview."""
    managed = Member.objects.filter(MANAGES, pk=member.pk)
    return _start(member, list(managed.values_list("team_memberships__team", flat=True)))


def _start(member: Member, managed: Sequence[Any]) -> str:
    slug = member.organisation.slug
    if member.role:
        return reverse("overview", args=[slug])
    if len(managed) == 1:
        return reverse("team", args=[slug, managed[0]])
    return reverse("teams", args=[slug])


def _is_current(url: str, path: str) -> bool:
    is_overview = url.count("/") == OVERVIEW_SLASHES
    return path == url if is_overview else path.startswith(url)


# The overview's address, /o/<org>/, is the beginning of every other.
OVERVIEW_SLASHES = 3
