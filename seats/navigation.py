"""What the command palette offers: where to go and what to do, by role and by what was typed."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

from django.contrib.humanize.templatetags.humanize import intcomma
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from orgs.access import OrgRequest, Role
from orgs.models import Member
from seats.models import Allocation, Pool, Product
from seats.reports.finding import (
    MOST,
    allocations_found,
    people_found,
    pools_found,
    products_found,
    teams_found,
)
from teams.models import Team

ADMIN, FINANCE, MANAGER = Role.ADMIN, Role.FINANCE, Role.MANAGER
# One deed is offered for so many things, so that there is room for others.
MOST_OF_A_DEED = 3


@dataclass(frozen=True, slots=True)
class Offer:
    """One line of the palette: a page, or with `dialog` a form over the page that one is on."""

    name: str
    note: str
    url: str
    dialog: bool = False


@dataclass(frozen=True, slots=True)
class Group:
    """The offers of a kind; `kind` is a word for scripts and tests, `title` one for people."""

    kind: str
    title: str
    offers: list[Offer]


@dataclass(frozen=True, slots=True)
class Kind:
    """Things to be found: how, and by whom. The page of each has the same name as the kind."""

    name: str
    title: Any
    look: Callable[[Member, str], list[Any]]
    roles: set[Role]


@dataclass(frozen=True, slots=True)
class Deed:
    """Something to do to a thing of a kind: the form's address, and how it is said."""

    page: str
    label: Any
    of: str
    roles: set[Role]

    def object_in(self, asked: str) -> str | None:
        """Return the words asked without the deed's own, or None where they do not name it.

        "give seats cla" asks for "Give seats to Classroom A": what is left is "cla".
        """
        own = str(self.label).replace("%(thing)s", "").casefold().split()
        words = asked.casefold().split()
        if not words or not own[0].startswith(words[0]):
            return None
        left = [word for word in words if not any(each.startswith(word) for each in own)]
        return " ".join(left)


KINDS = (
    Kind("team", gettext_lazy("Teams"), teams_found, {ADMIN, FINANCE, MANAGER}),
    Kind("product", gettext_lazy("Products"), products_found, {ADMIN, FINANCE}),
    Kind("pool", gettext_lazy("Pools"), pools_found, {ADMIN, FINANCE}),
    Kind("person", gettext_lazy("People"), people_found, {ADMIN, MANAGER}),
)
DEEDS = (
    Deed("allocate", gettext_lazy("Give seats to %(thing)s"), "team", {ADMIN}),
    Deed("enrol", gettext_lazy("Enrol in %(thing)s"), "allocation", {ADMIN, MANAGER}),
    Deed("transfer", gettext_lazy("Transfer seats from %(thing)s"), "team", {ADMIN}),
    Deed("add-people", gettext_lazy("Add people to %(thing)s"), "team", {ADMIN, MANAGER}),
    Deed("ask", gettext_lazy("Ask for seats for %(thing)s"), "team", {MANAGER}),
    Deed("increment", gettext_lazy("Add seats to %(thing)s"), "pool", {ADMIN}),
    Deed("share", gettext_lazy("Share %(thing)s"), "pool", {ADMIN}),
    Deed("issue", gettext_lazy("Issue seats of %(thing)s"), "product", {ADMIN}),
    Deed("new-team", gettext_lazy("New team"), "", {ADMIN}),
    Deed("new-pool", gettext_lazy("New pool"), "", {ADMIN}),
    Deed("new-product", gettext_lazy("New product"), "", {ADMIN}),
    Deed("invite", gettext_lazy("Invite somebody"), "", {ADMIN}),
)
LOOK: dict[str, Callable[[Member, str], list[Any]]] = {
    "allocation": allocations_found,
    **{kind.name: kind.look for kind in KINDS},
}


def palette(request: OrgRequest, asked: str) -> list[Group]:
    """Return what is offered for the words asked; without any, the pages and what may be made."""
    search = _Search(request, asked)
    groups = [*search.things(), search.pages(), search.deeds()]
    return [group for group in groups if group.offers]


class _Search:
    """One look at everything, by the words of one request; nothing is looked for twice."""

    def __init__(self, request: OrgRequest, asked: str) -> None:
        self._request = request
        self._asked = asked
        self._found: dict[tuple[str, str], list[Any]] = {}

    def things(self) -> Iterator[Group]:
        for kind in KINDS:
            if self._asked and self._request.role in kind.roles:
                found = self._look(kind.name, self._asked)
                offers = [self._offer(_name(each), kind.name, each, _note(each)) for each in found]
                yield Group(kind.name, str(kind.title), offers)

    def pages(self) -> Group:
        asked = self._asked.casefold()
        pages = [each for each in self._request.nav if each.label.casefold().startswith(asked)]
        return Group("page", _("Go to"), [Offer(each.label, "", each.url) for each in pages])

    def deeds(self) -> Group:
        own = [deed for deed in DEEDS if self._request.role in deed.roles]
        named = [(deed, deed.object_in(self._asked)) for deed in own]
        meant = [(deed, words) for deed, words in named if words is not None]
        if meant:
            offers = [each for deed, words in meant for each in self._named(deed, words)]
        else:
            offers = [each for deed in own for each in self._fitting(deed)]
        return Group("deed", _("Do"), offers[:MOST])

    def _named(self, deed: Deed, words: str) -> list[Offer]:
        """Offer a deed that was asked for, for what it may be meant."""
        if not deed.of:
            return [] if words else [self._to_do(deed)]
        return [self._to_do(deed, each) for each in self._look(deed.of, words)[:MOST_OF_A_DEED]]

    def _fitting(self, deed: Deed) -> list[Offer]:
        """Offer a deed for the best of what was found; where nothing was asked, what is new."""
        if not self._asked or not deed.of:
            return [] if self._asked or deed.of else [self._to_do(deed)]
        return [self._to_do(deed, each) for each in self._look(deed.of, self._asked)[:1]]

    def _look(self, kind: str, words: str) -> list[Any]:
        key = kind, words
        if key not in self._found:
            self._found[key] = LOOK[kind](self._request.member, words)
        return self._found[key]

    def _to_do(self, deed: Deed, thing: Any = None) -> Offer:
        if thing is None:
            url = reverse(deed.page, args=[self._request.organisation.slug])
            return Offer(str(deed.label), "", url, dialog=True)
        return self._offer(deed.label % {"thing": _name(thing)}, deed.page, thing, dialog=True)

    def _offer(self, name: str, page: str, thing: Any, note: str = "", **how: bool) -> Offer:
        return Offer(
            name, note, reverse(page, args=[self._request.organisation.slug, thing.pk]), **how
        )


def _name(thing: Team | Product | Pool | Member | Allocation) -> str:
    match thing:
        case Allocation():
            return _("%(product)s · %(team)s") % {"product": thing.product.name, "team": thing.team}
        case Pool():
            return f"{thing.product.code} · {thing.name}"
        case Product():
            return thing.name
    return str(thing)


def _note(thing: Team | Product | Pool | Member) -> str:
    match thing:
        case Product():
            return thing.code
        case Team():
            return str(thing.parent or thing.external_id or "")
        case Pool():
            return _room(thing.used, thing.capacity)
        case Member():
            return thing.email if thing.name else ""


def _room(used: int, capacity: int | None) -> str:
    if capacity is None:
        return _("no limit")
    numbers = {"left": intcomma(max(0, capacity - used)), "seats": intcomma(capacity)}
    return _("%(left)s of %(seats)s available") % numbers
