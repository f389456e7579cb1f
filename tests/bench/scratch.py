"""A database of the benchmark's own, made beside the one in use and dropped after it."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from itertools import count
from urllib.parse import urlsplit

import psycopg
from django.core.management import CommandError, call_command
from django.db import connection
from psycopg import sql

_numbers = count(1)


@contextmanager
def scratch_database() -> Iterator[str]:
    """Point Django and DATABASE_URL to a new, migrated, empty database; answers its address."""
    address = os.environ["DATABASE_URL"]
    name = f"seatdash_bench_{os.getpid()}_{next(_numbers)}"
    with psycopg.connect(address, autocommit=True) as server:
        _create(server, name)
        try:
            with _pointed_to(name, address) as scratch:
                call_command("migrate", interactive=False, verbosity=0, skip_checks=True)
                yield scratch
        finally:
            server.execute(sql.SQL("DROP DATABASE {} WITH (FORCE)").format(sql.Identifier(name)))


def _create(server: psycopg.Connection, name: str) -> None:
    try:
        server.execute(sql.SQL("CREATE DATABASE {}").format(sql.Identifier(name)))
    except psycopg.errors.InsufficientPrivilege as error:
        role = server.info.user
        raise CommandError(
            f"The database role {role} may not create databases, and the benchmark measures in one"
            f" of its own: ALTER ROLE {role} CREATEDB, or unset DATABASE_URL for the embedded one."
        ) from error


@contextmanager
def _pointed_to(name: str, address: str) -> Iterator[str]:
    before = connection.settings_dict["NAME"]
    scratch = urlsplit(address)._replace(path=f"/{name}").geturl()
    _point(name, scratch)
    try:
        yield scratch
    finally:
        _point(before, address)


def _point(name: str, address: str) -> None:
    connection.close()
    connection.close_pool()  # type: ignore[attr-defined]  # PostgreSQL's has one
    connection.settings_dict["NAME"] = name
    os.environ["DATABASE_URL"] = address
