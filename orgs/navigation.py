"""What the sidebar offers, by role."""

from dataclasses import dataclass

from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from orgs.models import Organisation

# Name of the page, its label, its icon, and who may open it.
PAGES = (
    ("overview", _("Overview"), "layout-dashboard", {"admin", "finance"}),
    ("products", _("Products"), "package", {"admin", "finance"}),
    ("pools", _("Pools"), "layers", {"admin", "finance"}),
    ("teams", _("Teams"), "users", {"admin", "finance", "manager"}),
    ("people", _("People"), "contact", {"admin", "manager"}),
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
    "teams": "t",
    "people": "e",
    "activity": "a",
    "reports": "r",
    "books": "b",
    "settings": "s",
}


@dataclass(frozen=True)
class NavItem:
    label: str
    url: str
    icon: str
    current: bool
    key: str = ""


def navigation(role: str, organisation: Organisation, path: str) -> list[NavItem]:
    """Return the pages that a role may open, the one at `path` marked as current."""
    return [
        _item(reverse(name, args=[organisation.slug]), str(label), icon, path, KEYS.get(name, ""))
        for name, label, icon, roles in PAGES
        if role in roles
    ]


def _item(url: str, label: str, icon: str, path: str, key: str) -> NavItem:
    is_overview = url.count("/") == OVERVIEW_SLASHES
    current = path == url if is_overview else path.startswith(url)
    return NavItem(label=label, url=url, icon=icon, current=current, key=key)


# The overview's address, /o/<org>/, is the beginning of every other.
OVERVIEW_SLASHES = 3
