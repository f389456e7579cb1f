"""The database's own superuser: who may do what the application may not."""

import json
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import psycopg
import pytest
from django.conf import settings
from django.db import connection

# Nobody is asked, and what refuses changes is out of the way.
UNGUARDED = """
    ALTER TABLE seats_ledgerentry DISABLE TRIGGER USER;
    ALTER TABLE seats_link DISABLE TRIGGER USER;
    ALTER TABLE seats_seal DISABLE TRIGGER USER;
"""
GUARDED = UNGUARDED.replace("DISABLE", "ENABLE")


@contextmanager
def superuser() -> Iterator[psycopg.Connection[Any]]:
    """Connect to the tests' database as the superuser of the embedded server; commits at the end.

    A server that the tests were given by DATABASE_URL keeps its superuser to itself.
    """
    passwords = Path(settings.DATA_DIR) / "postgres" / "passwords.json"
    if not passwords.exists():
        pytest.skip("the superuser of this server is not known")
    password = json.loads(passwords.read_text())["postgres"]
    given = connection.settings_dict
    with psycopg.connect(
        host=given["HOST"],
        port=given["PORT"],
        dbname=given["NAME"],
        user="postgres",
        password=password,
    ) as connected:
        yield connected


def tamper(*statements: str) -> None:
    """Change rows behind the application's back, past every trigger and policy."""
    with superuser() as connected:
        for statement in (UNGUARDED, *statements, GUARDED):
            connected.execute(statement)
