"""A list of people as one pastes it: e-mails, names with e-mails, rows of a spreadsheet."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from email.utils import getaddresses
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from orgs.words import grouped
from teams.services import Person

MOST_PEOPLE = 10_000
MOST_ERRORS = 10
LONGEST_NAME = 200
LONGEST_EMAIL = 254
LONGEST_QUOTE = 60
BETWEEN_CELLS = re.compile(r"[,;\t]+")
BLANK = ',;"\t '
# What nearly all lines look like; the rest is read by the rules of mail, which takes longer.
NAMED = re.compile(r"([\w '-]+)<([\w.+-]+@[\w.-]+)>")


class PeopleField(forms.CharField):
    """One person or many; cleans to a list of Person, each address once, in the order given."""

    def __init__(self, **kwargs: Any) -> None:
        kwargs.setdefault("label", gettext_lazy("People"))
        kwargs.setdefault(
            "help_text",
            gettext_lazy("One a line: kim@school.example or Kim &lt;kim@school.example&gt;"),
        )
        widget = forms.Textarea(
            attrs={"rows": 5, "data-lines": _("line|lines"), "spellcheck": "false"}
        )
        super().__init__(widget=widget, max_length=1_000_000, **kwargs)

    def clean(self, value: Any) -> Any:
        return read_people(super().clean(value))


class PastedList(PeopleField):
    """The same as it was typed: what is wrong in it is for the form to say."""

    def clean(self, value: Any) -> Any:
        return forms.CharField.clean(self, value)


@dataclass(frozen=True, kw_only=True)
class Listed:
    """One person of a list, on which line they stand, and what is wrong with it ('' for nothing).

    `again` says that an earlier line has the same address.
    """

    number: int
    person: Person
    error: str = ""
    again: bool = False


def read_list(text: str) -> list[Listed]:
    """Read a pasted list, line by line."""
    listed: list[Listed] = []
    seen: set[str] = set()
    for number, line in enumerate(text.splitlines(), start=1):
        for person in _in_line(line.strip()):
            email = person.email.lower()
            again = email in seen
            seen.add(email)
            error = _wrong(person)
            listed.append(Listed(number=number, person=person, error=error, again=again))
    return listed


def read_people(text: str) -> list[Person]:
    """Read a pasted list; raises ValidationError that names each line it cannot read."""
    listed = read_list(text)
    check_list(listed)
    return people_of(listed)


def people_of(listed: Sequence[Listed]) -> list[Person]:
    """Return the people whose addresses can be read, each once."""
    return [each.person for each in listed if not (each.error or each.again)]


def check_list(listed: Sequence[Listed]) -> None:
    """Raise ValidationError that names each line that cannot be read."""
    wrong = _("Line %(number)s: %(error)s")
    errors = [wrong % {"number": each.number, "error": each.error} for each in listed if each.error]
    if sum(not each.again for each in listed) > MOST_PEOPLE:
        errors.insert(
            0, _("Give at most %(most)s people at once.") % {"most": grouped(MOST_PEOPLE)}
        )
    if not listed:
        errors.append(_("There is no e-mail address in it."))
    if errors:
        raise ValidationError(_first(errors))


def _in_line(line: str) -> Iterator[Person]:
    if named := NAMED.fullmatch(line):
        yield Person(named[2], " ".join(named[1].split()))
        return
    if "<" in line:
        for name, email in _addresses(line.replace(";", ",")):
            yield Person(email.strip(), name.strip())
        return
    if "@" not in line:
        if line.strip(BLANK):
            yield Person(line)
        return
    cells = [cell.strip().strip('"') for cell in BETWEEN_CELLS.split(line) if cell.strip()]
    emails = [cell for cell in cells if "@" in cell]
    if len(emails) == 1 and len(cells) > 1:
        names = [cell for cell in cells if "@" not in cell]
        yield Person(emails[0], " ".join(names))
        return
    for cell in cells:
        yield from (Person(word) for word in cell.split())


def _addresses(line: str) -> list[tuple[str, str]]:
    try:
        return getaddresses([line])
    except RecursionError:  # brackets in brackets, thousands deep
        return [("", line)]


def _wrong(person: Person) -> str:
    if len(person.name) > LONGEST_NAME:
        return _("the name is longer than %(most)s characters.") % {"most": LONGEST_NAME}
    try:
        validate_email(person.email)
    except ValidationError:
        return _("“%(text)s” is not an e-mail address.") % {"text": _short(person.email)}
    return "" if len(person.email) <= LONGEST_EMAIL else _("the e-mail address is too long.")


def _short(text: str) -> str:
    return text if len(text) <= LONGEST_QUOTE else f"{text[:LONGEST_QUOTE]}…"


def _first(errors: list[str]) -> list[str]:
    more = len(errors) - MOST_ERRORS
    if more <= 0:
        return errors
    words = ngettext("And %(more)s more line.", "And %(more)s more lines.", more)
    return [*errors[:MOST_ERRORS], words % {"more": grouped(more)}]
