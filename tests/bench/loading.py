"""Filling tables fast: without the checks row by row, which are made good all at once afterwards.

Foreign keys and indexes are taken off while rows come in, and put back with all their rows checked,
so what was loaded is as sound as what was written one by one.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import LiteralString

import psycopg
from psycopg import sql

REFERENCES = """
    SELECT conrelid::regclass::text, conname, pg_get_constraintdef(oid) FROM pg_constraint
    WHERE contype = 'f' AND conrelid = ANY(%s::regclass[]) AND conparentid = 0
    ORDER BY conname
"""
# Those of primary and unique keys stay: foreign keys lean on them.
INDEXES = """
    SELECT pg_get_indexdef(indexrelid), indexrelid::regclass::text FROM pg_index
    WHERE indrelid = ANY(%s::regclass[]) AND NOT indisprimary
        AND NOT EXISTS (SELECT FROM pg_constraint WHERE conindid = indexrelid)
    ORDER BY indexrelid
"""


@contextmanager
def unhindered(server: psycopg.Connection, tables: Sequence[str]) -> Iterator[None]:
    """Let rows of any organisation into the tables, without references and indexes meanwhile."""
    names = list(tables)
    references = server.execute(REFERENCES, [names]).fetchall()
    indexes = server.execute(INDEXES, [names]).fetchall()
    _force(server, names, "NO FORCE")
    for table, name, _definition in references:
        _run(server, "ALTER TABLE {} DROP CONSTRAINT {}", table, name)
    for _definition, name in indexes:
        _run(server, "DROP INDEX {}", name)
    yield
    for definition, _name in indexes:
        _run(server, definition)
    for table, name, definition in references:
        _run(server, "ALTER TABLE {} ADD CONSTRAINT {} " + definition, table, name)
    _force(server, names, "FORCE")


def _force(server: psycopg.Connection, tables: Sequence[str], how: LiteralString) -> None:
    for table in tables:
        _run(server, f"ALTER TABLE {{}} {how} ROW LEVEL SECURITY", table)


def _run(server: psycopg.Connection, change: str, *names: str) -> None:
    # What a constraint is, PostgreSQL said itself.
    server.execute(sql.SQL(change).format(*map(sql.Identifier, names)))
