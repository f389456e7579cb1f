"""Every text is translated, and dates and numbers follow the language of the page."""

import gettext
import os
import re
import shutil
from collections import Counter
from datetime import UTC, datetime
from pathlib import Path

import pytest
from django.conf import settings
from django.template import Context, Template
from django.utils import timezone, translation

from orgs.errors import spelled
from orgs.words import grouped
from seatdash import messages
from tests import catalogue

HOUSE = Path(__file__).resolve().parent.parent
OTHERS = [code for code, _name in settings.LANGUAGES if code != settings.LANGUAGE_CODE]
PLACEHOLDER = re.compile(r"%(?:\(\w+\))?[a-z%]|\{\w*\}|</?\w+>")


@pytest.fixture(scope="module", params=OTHERS)
def po(request: pytest.FixtureRequest) -> Path:
    return messages.catalogue_of(translation.to_locale(request.param))


def entries(po: Path) -> list[catalogue.Entry]:
    found = catalogue.entries(po.read_text(encoding="utf-8"))
    assert len(found) > 500
    return found


def test_every_text_is_translated(po: Path) -> None:
    forms = {False: 1, True: 2}
    wanting = [
        entry.text
        for entry in entries(po)
        if len(entry.translations) != forms[bool(entry.plural)] or not all(entry.translations)
    ]
    assert wanting == []
    assert [entry.text for entry in entries(po) if "fuzzy" in entry.flags] == []


def test_translations_keep_the_placeholders(po: Path) -> None:
    def parts(text: str) -> Counter[str]:
        return Counter(PLACEHOLDER.findall(text))

    wrong = [
        entry.text
        for entry in entries(po)
        for translated in entry.translations
        # A singular may say "one" for the number; nothing may stand in it that is not given.
        if parts(translated) != parts(entry.plural or entry.text)
        and parts(translated) != parts(entry.text)
    ]
    assert wrong == []


def test_compiled_catalogue_is_the_written_one(po: Path) -> None:
    with po.with_suffix(".mo").open("rb") as compiled:
        read = gettext.GNUTranslations(compiled)._catalog  # type: ignore[attr-defined]
    written: dict[object, str] = {}
    for entry in entries(po):
        for number, translated in enumerate(entry.translations):
            written[(entry.key, number) if entry.plural else entry.key] = translated
    assert {key: text for key, text in read.items() if key} == written


def test_catalogue_has_what_is_said_and_no_more(po: Path) -> None:
    if not shutil.which("xgettext"):
        if os.environ.get("SEATDASH_REQUIRE_GETTEXT"):
            pytest.fail("There is no xgettext, and SEATDASH_REQUIRE_GETTEXT asks for one.")
        pytest.skip("Without GNU gettext there is nothing to collect the texts with.")
    said = {entry.key for entry in catalogue.entries(messages.collect())}
    assert {entry.key for entry in entries(po)} == said, "run python manage.py translate de"


@pytest.mark.parametrize(
    ("language", "written"),
    [
        ("en-gb", "20 Nov 2026 · 20 Nov 2026, 14:05 · 20 Nov · 14:05 · 3 May 2026"),
        ("de", "20. Nov. 2026 · 20. Nov. 2026, 14:05 · 20. Nov. · 14:05 · 3. Mai 2026"),
    ],
)
def test_dates_follow_language_and_zone(language: str, written: str) -> None:
    template = Template(
        '{{ at|date }} · {{ at|date:"DATETIME_FORMAT" }} · {{ at|date:"MONTH_DAY_FORMAT" }}'
        " · {{ at|time }} · {{ other|date }}"
    )
    at = datetime(2026, 11, 20, 13, 5, tzinfo=UTC)
    other = datetime(2026, 5, 2, 23, 30, tzinfo=UTC)
    with translation.override(language), timezone.override("Europe/Berlin"):
        assert template.render(Context({"at": at, "other": other})) == written


def test_numbers_follow_the_language() -> None:
    template = Template("{% load humanize %}{{ n|intcomma }} {{ n }}")
    for language, written in (("en-gb", "1,234,567"), ("de", "1.234.567")):
        with translation.override(language):
            assert grouped(1_234_567) == written
            assert spelled(n=1_234_567, who="Kim") == {"n": written, "who": "Kim"}
            assert template.render(Context({"n": 1_234_567})) == f"{written} 1234567"


def test_templates_name_their_formats_of_dates() -> None:
    # Only for machines ("c"), and the seconds of a clock, which are written alike everywhere.
    known = re.compile(r"c|H:i:s|Y-m-d|[A-Z_]+_FORMAT")
    wrong = [
        f"{path.relative_to(HOUSE)}: {written}"
        for path in (HOUSE / "templates").rglob("*.html")
        for written in re.findall(r"\|(?:date|time):[\"']([^\"']*)", path.read_text("utf-8"))
        if not known.fullmatch(written)
    ]
    assert wrong == []


def test_code_groups_digits_by_the_language() -> None:
    wrong = [
        f"{path.relative_to(HOUSE)}:{number}"
        for room in ("orgs", "teams", "seats")
        for path in (HOUSE / room).rglob("*.py")
        for number, line in enumerate(path.read_text("utf-8").splitlines(), 1)
        if re.search(r":\+?,(d)?\}", line)
    ]
    assert wrong == []
