"""Downloading an export, and reading it as strictly as RFC 4180 is written."""

import re
from contextlib import AbstractContextManager
from typing import Any
from urllib.parse import urlencode

from django.http import StreamingHttpResponse

from seatdash import tenancy
from tests.conftest import Cast

CELL = re.compile(r'"((?:[^"]|"")*)"|([^",\r\n]*)')


def parse(text: str) -> list[list[str]]:
    """Read CSV as RFC 4180 has it, and nothing else."""
    records: list[list[str]] = []
    record: list[str] = []
    at = 0
    while at < len(text):
        cell = CELL.match(text, at)
        assert cell
        quoted, plain = cell.groups()
        record.append(plain if quoted is None else quoted.replace('""', '"'))
        at = cell.end()
        if text.startswith(",", at):
            at += 1
            continue
        assert text.startswith("\r\n", at), f"no record ends like {text[at : at + 10]!r}"
        at += 2
        records.append(record)
        record = []
    assert not record
    return records


def download(cast: Cast, name: str, **query: Any) -> list[dict[str, str]]:
    """Download an export as finance, and read it strictly."""
    client = cast.client(cast.finance)
    response = client.get(cast.url(f"reports/{name}.csv?{urlencode(query)}"))
    assert response.status_code == 200, response.content
    assert isinstance(response, StreamingHttpResponse)
    header, *rows = parse(b"".join(response).decode())
    return [dict(zip(header, row, strict=True)) for row in rows]


def inside(cast: Cast) -> AbstractContextManager[None]:
    """Do something in North High School, and commit it."""
    return tenancy.scope(cast.organisation.pk)
