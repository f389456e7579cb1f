"""What moved in a counter, and at whose hand: a quiet sign beside the number, for who may know."""

from collections.abc import Iterable
from dataclasses import dataclass, field

from django.contrib.humanize.templatetags.humanize import intcomma
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from seatdash.feed import Change
from seatdash.live.board import Topic

MOST_NAMES = 2


@dataclass(slots=True)
class News:
    """What has moved since the counter was drawn last, as far as its pages may know of it."""

    topic: str
    used: int = 0
    capacity: int = 0
    stock: int = 0
    _by: dict[str, None] = field(default_factory=dict)

    def add(self, change: Change) -> None:
        self.used += change.used
        self.capacity += change.capacity
        self.stock += change.stock
        if change.actor:
            self._by[change.actor] = None

    @property
    def words(self) -> str:
        """Say it in the active language: "+1 · Amelia Novak"; nothing, where it may not be told."""
        moved = ", ".join(filter(None, [_signed(self.used), self._seats()]))
        return f"{moved} · {self._names()}" if moved and self._by else moved

    def _seats(self) -> str:
        if not self.topic.startswith("product-"):
            seats = ngettext("%(n)s seat", "%(n)s seats", abs(self.capacity))
            return _words(seats, self.capacity)
        if issued := self.capacity + self.stock:
            return _words(_("%(n)s issued"), issued)
        return _words(_("%(n)s allocated"), self.capacity)

    def _names(self) -> str:
        names = [*self._by]
        more = len(names) - MOST_NAMES
        if more <= 0:
            return ", ".join(names)
        named = {"names": ", ".join(names[:MOST_NAMES]), "n": intcomma(more)}
        return _("%(names)s and %(n)s more") % named


def gather(moved: Iterable[tuple[Topic, Change]]) -> dict[Topic, News]:
    """Collect the changes by the topics they touch; each learns only what its pages may know."""
    found: dict[Topic, News] = {}
    for topic, change in moved:
        news = found.setdefault(topic, News(topic.name))
        if _may_know(topic, change):
            news.add(change)
    return found


def _may_know(topic: Topic, change: Change) -> bool:
    """Tell pools and products, which only admins and finance follow, everything; a team its own.

    Of what others do with a shared pool a team learns what is left, and nothing more.
    """
    if topic.name.startswith("allocation-"):
        return topic.team_id is not None and change.team_id == topic.team_id
    return topic.name.startswith(("pool-", "product-"))


def _words(text: str, number: int) -> str:
    return text % {"n": _signed(number)} if number else ""


def _signed(number: int) -> str:
    if not number:
        return ""
    return f"+{intcomma(number)}" if number > 0 else f"\N{MINUS SIGN}{intcomma(-number)}"
