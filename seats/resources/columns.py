"""The columns of resources: what they are called, what stands in them, how it is read."""

import re
from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import Any

from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.utils.translation import gettext as _
from import_export.fields import Field
from import_export.widgets import Widget

from orgs.currencies import CODES

LONGEST_QUOTE = 60


class Column(Field):  # type: ignore[misc]  # the library has no types
    """A column. `words` are the headers it is known by, in any case; the first is the template's.

    One that is `needed` must be in the file and filled in; elsewhere an empty cell leaves what
    is there. `choices` are what may stand in it, for the template.
    """

    def __init__(
        self,
        name: str,
        *,
        label: Any,
        words: Sequence[str],
        widget: Widget,
        hint: Any = "",
        examples: Sequence[str] = (),
        choices: Sequence[str] = (),
        needed: bool = False,
    ) -> None:
        # Any: what is translated when it is drawn has a type of its own in each library.
        super().__init__(attribute=name, column_name=name, widget=widget)
        self.label, self.words, self.hint, self.needed = label, words, hint, needed
        self.examples, self.choices = examples, choices

    def read(self, row: Mapping[str, str]) -> Any:
        """Return what the cell says, None where it is empty; raises ValidationError."""
        if row[self.column_name]:
            try:
                return self.clean(row)
            except ValueError as error:
                raise ValidationError(f"{self.label}: {error}") from error
        if self.needed:
            raise ValidationError(_("%(column)s is missing.") % {"column": self.label})
        return None


class Text(Widget):  # type: ignore[misc]
    def __init__(self, longest: int) -> None:
        super().__init__()
        self.longest = longest

    def clean(self, value: str, row: Any = None, **_kwargs: Any) -> str:
        if len(value) > self.longest:
            raise ValueError(_("longer than %(most)s characters.") % {"most": self.longest})
        return value


class Email(Text):
    def __init__(self) -> None:
        super().__init__(254)

    def clean(self, value: str, row: Any = None, **kwargs: Any) -> str:
        try:
            validate_email(value)
        except ValidationError as error:
            words = _("“%(text)s” is not an e-mail address.")
            raise ValueError(words % {"text": short(value)}) from error
        return super().clean(value, row, **kwargs)


class Choice(Widget):  # type: ignore[misc]
    """One of a few values, each known by several words."""

    def __init__(self, words: Mapping[Any, Sequence[str]]) -> None:
        super().__init__()
        self.values = {word: value for value, known in words.items() for word in known}
        self.known = [known[0] for known in words.values()]

    def clean(self, value: str, row: Any = None, **_kwargs: Any) -> Any:
        try:
            return self.values[value.lower()]
        except KeyError:
            words = _("“%(text)s” is none of: %(known)s.")
            known = ", ".join(self.known)
            raise ValueError(words % {"text": short(value), "known": known}) from None

    def render(self, value: Any, obj: Any = None, **_kwargs: Any) -> str:
        # By a word that may stand in the file, which a value need not be.
        return next((word for word, known in self.values.items() if known == value), "")


class Amount(Widget):  # type: ignore[misc]
    """An amount of money with a point or a comma, and nothing that could be read as another."""

    # Three digits behind it may be thousands: 1.250 or 1,250 is either.
    EITHER = re.compile(r"[1-9]\d*[.,]\d{3}")
    CLEAR = re.compile(r"\d{1,8}([.,]\d{1,4})?")

    def clean(self, value: str, row: Any = None, **_kwargs: Any) -> Decimal:
        if self.EITHER.fullmatch(value):
            words = _("“%(text)s” may be thousands or not. Write it like 1250 or 1.2500.")
            raise ValueError(words % {"text": value})
        if not self.CLEAR.fullmatch(value):
            words = _("“%(text)s” is no amount like 12.50, with four decimals at most.")
            raise ValueError(words % {"text": short(value)})
        return Decimal(value.replace(",", "."))

    def render(self, value: Decimal | None, obj: Any = None, **_kwargs: Any) -> str:
        return "" if value is None else f"{value:f}".rstrip("0").rstrip(".")


class Currency(Widget):  # type: ignore[misc]
    """A currency by its code of ISO 4217, in any case."""

    def clean(self, value: str, row: Any = None, **_kwargs: Any) -> str:
        if value.upper() not in CODES:
            words = _("“%(text)s” is no currency code like EUR.")
            raise ValueError(words % {"text": short(value)})
        return value.upper()


def short(text: str) -> str:
    """Cut a text that is quoted back."""
    return text if len(text) <= LONGEST_QUOTE else f"{text[:LONGEST_QUOTE]}…"
