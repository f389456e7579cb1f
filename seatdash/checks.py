"""Row-level security holds only for a database role that cannot pass it by: system checks."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.core.checks import CheckMessage, Error, Tags, register
from django.db import connections

OLDEST_SERVER = 15


@register(Tags.database)
def check_server_version(
    *, databases: Sequence[str] | None = None, **_others: Any
) -> list[CheckMessage]:
    return [
        Error(
            f"PostgreSQL {_server_version(alias)} is too old for seatdash.",
            hint=f"Use PostgreSQL {OLDEST_SERVER} or newer.",
            id="seatdash.E001",
        )
        for alias in databases or ()
        if _server_version(alias) < OLDEST_SERVER
    ]


@register(Tags.database)
def check_role(*, databases: Sequence[str] | None = None, **_others: Any) -> list[CheckMessage]:
    return [
        Error(
            f"The database role {name} is {right}: it would see the data of every organisation.",
            hint=f"Give DATABASE_URL a role of its own: CREATE ROLE seatdash LOGIN {remedy}.",
            id="seatdash.E002",
        )
        for alias in databases or ()
        for name, right, remedy in _excessive_rights(alias)
    ]


def _server_version(alias: str) -> int:
    with connections[alias].cursor() as cursor:
        cursor.execute("SELECT current_setting('server_version_num')::int / 10000")
        version: int = cursor.fetchone()[0]
    return version


def _excessive_rights(alias: str) -> list[tuple[str, str, str]]:
    with connections[alias].cursor() as cursor:
        cursor.execute(
            "SELECT rolname, rolsuper, rolbypassrls FROM pg_roles WHERE rolname = current_user"
        )
        name, is_superuser, bypasses = cursor.fetchone()
    found = [(name, "a superuser", "NOSUPERUSER")] if is_superuser else []
    return found or ([(name, "BYPASSRLS", "NOBYPASSRLS")] if bypasses else [])
