"""A rule saying no, in words fit for the screen."""

from collections.abc import Mapping

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from orgs.words import grouped


class Refusal(Exception):
    """The base of every refusal.

    `title` is one sentence, `detail` says what to do next, `numbers` are the figures that the rule
    looked at, by name.
    """

    title: str | Promise = _("This is not possible.")

    def __init__(self, detail: str = "", **numbers: object) -> None:
        super().__init__(detail or str(self.title))
        self.detail = detail
        self.numbers: Mapping[str, object] = numbers

    @property
    def kind(self) -> str:
        """The refusal's name, as the API gives it."""
        return type(self).__name__


def spelled(**facts: object) -> dict[str, object]:
    """Return facts to be put into words: whole numbers get their thousands separators."""
    return {name: grouped(fact) if isinstance(fact, int) else fact for name, fact in facts.items()}


class Archived(Refusal):
    title = _("This is archived and can no longer be changed.")


class LastAdmin(Refusal):
    title = _("An organisation always keeps at least one admin.")


class UnknownTimeZone(Refusal):
    title = _("The database does not know this time zone.")


class CurrencyInUse(Refusal):
    title = _("There are prices in the present currency.")
