"""Importing in a test, and reading what became of each row."""

from seats.imports import running
from seats.models import Import, ImportRow
from tests.conftest import Cast
from tests.factories import make_import


def verdicts(source: Import) -> list[tuple[str, str]]:
    return list(ImportRow.objects.of(source).values_list("state", "reason"))


def states(source: Import) -> list[str]:
    return [state for state, _reason in verdicts(source)]


def reason(source: Import) -> str:
    """Return why the last row is wrong."""
    state, reason = verdicts(source)[-1]
    assert state == "wrong"
    return reason


def import_all(cast: Cast, text: str, kind: Import.Kind) -> Import:
    source = make_import(cast.admin, text, kind)
    return running.confirm(actor=cast.admin, source=source)
