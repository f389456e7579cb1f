"""R5, its second half: files that no spreadsheet ever wrote, into the import of teams.

Random bytes, tables in every encoding, cells that would be formulas, 50 MiB: each is walked through
the pages as far as they let it. No 5xx, and of each file all rows are written, or none.
"""

from __future__ import annotations

import random
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from django.conf import settings
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client, override_settings

from orgs.models import Member
from seatdash import tenancy
from seats.models import Import
from teams.models import Team

ENCODINGS = ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "latin-1", "cp1252", "utf-32", "cp037"]
HOSTILE = ["=1+1", "+1", "-1", "@SUM(A1)", "\t=1", '=cmd|" /C calc"!A0', '"', '""', ",", "é", "ß"]
HOSTILE += [
    "\N{GRINNING FACE}",
    "a\0b",
    "x" * 300,
    "",
    " ",
    "\r",
    "NULL",
    "1e999",
    "<b>",
    "{{ 7 }}",
]
LARGE = 50 * 1024 * 1024

Make = Callable[[random.Random], bytes]


@dataclass
class Imported:
    """How many files there were, how far each came, and what was wrong."""

    files: int = 0
    ends: Counter[str] = field(default_factory=Counter)
    findings: list[str] = field(default_factory=list)


def run(admin: Member, *, files: int, seed: int, large: bool) -> Imported:
    """Import so many files, and one of 50 MiB as well."""
    chance = random.Random(seed)  # noqa: S311 - no secret
    imported = Imported()
    kinds: list[Make] = [_bytes, _table, _table_of_bytes, _formulas]
    with _browser(admin) as client:
        for number in range(files):
            _walk(admin, client, kinds[number % len(kinds)](chance), imported)
        if large:
            for start in (b"name\n", b"", b"PK\x03\x04"):
                _walk(admin, client, start + chance.randbytes(LARGE), imported)
    return imported


class _browser(override_settings):  # noqa: N801 - it is used as a function is
    """A browser of the admin's, which speaks plain http and hears of errors by their status."""

    def __init__(self, admin: Member) -> None:
        super().__init__(SECURE_SSL_REDIRECT=False, SESSION_COOKIE_SECURE=False, STORAGES=PLAIN)
        self.admin = admin

    def __enter__(self) -> Client:  # type: ignore[override]  # the settings give nothing
        super().__enter__()
        client = Client(raise_request_exception=False, SERVER_NAME="localhost")
        assert self.admin.user is not None
        client.force_login(self.admin.user, settings.AUTHENTICATION_BACKENDS[0])
        return client


PLAIN = settings.STORAGES | {
    "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"}
}


def _walk(admin: Member, client: Client, content: bytes, imported: Imported) -> None:
    imported.files += 1
    before = _teams(admin)
    end = _import(admin, client, content, imported)
    imported.ends[end] += 1
    written = _teams(admin) - before
    expected = _latest(admin).new if end == Import.State.DONE else 0
    if written != expected:
        told = f"{written} teams were written of {expected}: {content[:80]!r}"
        imported.findings.append(told)


def _import(admin: Member, client: Client, content: bytes, imported: Imported) -> str:
    """Walk through the pages; answers where it ended."""
    home = f"/o/{admin.organisation.slug}/import/"
    file = SimpleUploadedFile("teams.csv", content)
    answer = _sent(client, home, {"kind": "teams", "file": file}, imported)
    if answer.status_code != 302:
        return "refused"
    columns = {"name": "0", "external_id": "", "parent": ""}
    page = answer["Location"].removesuffix("columns/")
    if _sent(client, answer["Location"], columns, imported).status_code != 302:
        return "not matched"
    if client.get(page).status_code >= 500:
        imported.findings.append(f"the preview broke: {content[:80]!r}")
    if _sent(client, page, {"step": "confirm"}, imported).status_code != 302:
        return "rows are wrong"
    return str(_latest(admin).state)


def _sent(client: Client, path: str, data: dict[str, Any], imported: Imported) -> Any:
    answer = client.post(path, data)
    if answer.status_code >= 500:
        imported.findings.append(f"{answer.status_code} at {path}: {str(data)[:200]}")
    return answer


def _teams(admin: Member) -> int:
    with tenancy.scope(admin.organisation_id):
        return Team.objects.for_org(admin.organisation_id).count()


def _latest(admin: Member) -> Import:
    with tenancy.scope(admin.organisation_id):
        imports = Import.objects.for_org(admin.organisation_id).without_file()
        return imports.newest_first()[0]


def _bytes(chance: random.Random) -> bytes:
    return chance.randbytes(chance.randrange(2_000))


def _table_of_bytes(chance: random.Random) -> bytes:
    return b"name\n" + chance.randbytes(chance.randrange(500)).replace(b"\n", b"")


def _table(chance: random.Random) -> bytes:
    rows = [f"Class {chance.randrange(10**9)} é" for _ in range(chance.randrange(1, 20))]
    text = "\r\n".join(["name", *rows])
    return text.encode(chance.choice(ENCODINGS), errors="replace")


def _formulas(chance: random.Random) -> bytes:
    rows = []
    for _ in range(chance.randrange(1, 12)):
        cells = chance.choices(HOSTILE, k=chance.randrange(1, 4))
        quoted = [f'"{cell}"' if chance.random() < 0.5 else cell for cell in cells]
        rows.append(chance.choice(",;\t").join(quoted))
    return "\n".join(["name,external_id,parent", *rows]).encode()


def tell(imported: Imported) -> str:
    """Say how many files there were, and what became of them."""
    ends = ", ".join(f"{end}: {count:,}" for end, count in imported.ends.most_common())
    head = f"R5: {imported.files:,} files went into the import. {ends}."
    return "\n".join([head, *(f"  {finding}" for finding in imported.findings[:20])])
