"""The catalogues of translations: what the pages say, collected from code and templates.

Needs the programs of GNU gettext. Whoever only runs seatdash does not: compiled catalogues are
kept with the code. docs/translating.md tells how to add a language.
"""

import subprocess
import tempfile
from collections.abc import Iterator
from pathlib import Path

from django.utils.translation.template import templatize

HOUSE = Path(__file__).resolve().parent.parent
LOCALES = HOUSE / "locale"
ROOMS = ("orgs", "teams", "seats", "seatdash", "templates")
KEYWORDS = (
    "gettext_lazy",
    "gettext_noop",
    "ngettext_lazy:1,2",
    "pgettext:1c,2",
    "pgettext_lazy:1c,2",
    "npgettext:1c,2,3",
    "npgettext_lazy:1c,2,3",
)
# No line numbers and a fixed order, so that two changes of the catalogue seldom meet.
LAYOUT = ("--no-location", "--sort-output")


def collect() -> str:
    """Return the template of a catalogue: every text that is marked for translation."""
    with tempfile.TemporaryDirectory() as folder:
        sources = "\n".join(str(path) for path in _sources(Path(folder)))
        words = [f"--keyword={keyword}" for keyword in KEYWORDS]
        return _run(
            *("xgettext", "--language=Python", "--from-code=UTF-8", "--add-comments=Translators"),
            *(*LAYOUT, *words, "--output=-", "--files-from=-"),
            given=sources,
        ).replace("charset=CHARSET", "charset=UTF-8")


def merge(catalogue: Path) -> None:
    """Bring a catalogue up to date: new texts are empty in it, and those no longer said go."""
    # Nothing is guessed from similar texts: a translation is somebody's, or missing.
    collected = _without_dates(collect())
    if catalogue.exists():
        quiet = ("msgmerge", "--quiet", "--no-fuzzy-matching", *LAYOUT, str(catalogue), "-")
        collected = _run(*quiet, given=collected)
    else:
        catalogue.parent.mkdir(parents=True, exist_ok=True)
        start = ("msginit", "--no-translator", f"--locale={catalogue.parts[-3]}")
        collected = _run(*start, "--input=-", "--output-file=-", given=collected)
    kept = _run("msgattrib", "--no-obsolete", *LAYOUT, given=collected)
    catalogue.write_text(_without_dates(kept), encoding="utf-8")


def compile_catalogue(catalogue: Path) -> None:
    """Compile a catalogue for Django to read."""
    _run("msgfmt", "--check", f"--output-file={catalogue.with_suffix('.mo')}", str(catalogue))


def catalogue_of(locale: str) -> Path:
    return LOCALES / locale / "LC_MESSAGES" / "django.po"


def _sources(folder: Path) -> Iterator[Path]:
    for room in ROOMS:
        yield from (HOUSE / room).rglob("*.py")
        for kind in ("*.html", "*.txt"):
            for template in (HOUSE / room).rglob(kind):
                # As code, the way Django's own makemessages reads a template.
                code = folder / f"{template.relative_to(HOUSE)}.py"
                code.parent.mkdir(parents=True, exist_ok=True)
                text = templatize(template.read_text(encoding="utf-8"), origin=str(template))
                code.write_text(text, encoding="utf-8")
                yield code


def _without_dates(text: str) -> str:
    dated = ('"POT-Creation-Date:', '"PO-Revision-Date:')
    return "".join(line for line in text.splitlines(keepends=True) if not line.startswith(dated))


def _run(*command: str, given: str = "") -> str:
    done = subprocess.run(command, input=given, capture_output=True, text=True, check=False)  # noqa: S603
    if done.returncode:
        raise RuntimeError(done.stderr)
    return done.stdout
