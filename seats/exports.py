"""Large tables as CSV, streamed from PostgreSQL by COPY: as long as they are, as little it holds.

Strict RFC 4180 in UTF-8: CRLF after every record, quotes where needed. PostgreSQL neutralises the
cells that a spreadsheet would run as formulas, with an apostrophe before them.

usage.csv has a row for each open pool and each team drawing on it, and one without a team for a
pool that nobody draws on; archived pools are history, and found `as_of` a moment when they were
open. The figures of a past moment are those of `books.as_of`, from the ledger alone, which does not
know caps. enrolments.csv has every enrolment there ever was, or had been made by that moment, with
its status then.
"""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from typing import Any, LiteralString
from uuid import UUID

from django.db import connection, transaction

from orgs.models import Organisation
from seatdash import tenancy
from seats import exports_sql

# Rows are gathered to about this many bytes before they are handed on.
PIECE = 64 * 1024


@dataclass(frozen=True, kw_only=True)
class Export:
    """A table to download: the names of its columns, and the query that has them in this order.

    Rows that are `in_order_of_an_index` come one by one from the start; sorting them would keep the
    client waiting, and write them all to disk before the first is sent.
    """

    name: str
    columns: tuple[str, ...]
    now: LiteralString
    then: LiteralString
    in_order_of_an_index: bool = False


@dataclass(frozen=True, kw_only=True)
class Asked:
    """Which part of it is asked for; None for all, and for now."""

    product: UUID | None = None
    team: UUID | None = None
    moment: datetime | None = None


USAGE = Export(
    name="usage",
    columns=(
        "product_code",
        "product",
        "pool_id",
        "pool",
        "kind",
        "team",
        "capacity",
        "team_used",
        "pool_used",
        "available",
        "over_committed",
        "as_of",
    ),
    now=exports_sql.USAGE,
    then=exports_sql.USAGE_AS_OF,
)
ENROLMENTS = Export(
    name="enrolments",
    columns=(
        "enrolment_id",
        "product_code",
        "pool_id",
        "pool",
        "team",
        "email",
        "name",
        "status",
        "started_at",
        "expires_at",
        "ended_at",
        "end_reason",
    ),
    now=exports_sql.ENROLMENTS,
    then=exports_sql.ENROLMENTS,
    in_order_of_an_index=True,
)


def stream(organisation: Organisation, export: Export, asked: Asked) -> Iterator[bytes]:
    """Yield the CSV in pieces, the header at once; to be consumed outside any transaction.

    All rows come from one snapshot, in a transaction that ends with the generator, however it ends.
    """
    yield (",".join(export.columns) + "\r\n").encode()
    query = export.then if asked.moment else export.now
    params = {"org": organisation.pk, "product": asked.product, "team": asked.team}
    with snapshot(organisation):
        if export.in_order_of_an_index:
            _do_not_sort()
        yield from _copied(query, {**params, "moment": asked.moment})


@contextmanager
def snapshot(organisation: Organisation) -> Iterator[None]:
    """Open a transaction that sees the organisation as it is at one moment, and writes nothing."""
    with transaction.atomic(durable=True):
        with connection.cursor() as cursor:
            cursor.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ READ ONLY")
        tenancy.name(org=str(organisation.pk))
        yield


def _do_not_sort() -> None:
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL enable_sort = off")


def _copied(query: LiteralString, params: Mapping[str, Any]) -> Iterator[bytes]:
    rows: list[bytes] = []
    size = 0
    with connection.cursor() as cursor:
        copying = cursor.copy(f"COPY ({query}) TO STDOUT WITH (FORMAT csv)", params)
        with connection.wrap_database_errors, copying as copy:
            # PostgreSQL sends a row a message, and ends it with a bare LF.
            for row in copy:
                rows.append(row[:-1])
                size += len(row)
                if size >= PIECE:
                    yield b"\r\n".join((*rows, b""))
                    rows.clear()
                    size = 0
    yield b"\r\n".join((*rows, b""))
