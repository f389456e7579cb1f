"""Which organisation this transaction may see (row-level security).

Every tenant table carries one policy: a row is visible while its organisation is the one that the
transaction has named, or while the transaction has said that it works for the whole system. Nothing
named, nothing seen.
"""

import random
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import wraps
from typing import Any, ParamSpec, TypeVar
from uuid import UUID

from django.db import OperationalError, connection, transaction
from psycopg.errors import DeadlockDetected

ORGANISATION = "seatdash.org"
SYSTEM = "seatdash.system"
ATTEMPTS = 10
PAUSE = 0.02

P = ParamSpec("P")
T = TypeVar("T")


@contextmanager
def scope(organisation_id: UUID) -> Iterator[None]:
    """Open a transaction (or savepoint) in which only this organisation's rows exist."""
    with transaction.atomic(), _named(org=str(organisation_id), system=""):
        yield


@contextmanager
def system() -> Iterator[None]:
    """Open a transaction that sees every organisation. Say beside each use why it must."""
    with transaction.atomic(), _named(org="", system="on"):
        yield


@contextmanager
def unnamed() -> Iterator[None]:
    """Open a transaction that has yet to find out whose it is, and name that by itself."""
    with transaction.atomic():
        outer = connection.savepoint_ids and named()
        yield
        if outer and not connection.needs_rollback:
            name(org=outer[0], system=outer[1])


def name(*, org: str, system: str = "") -> None:
    """Name what the present transaction may see from here on."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT set_config('seatdash.org', %s, true), set_config('seatdash.system', %s, true)",
            [org, system],
        )


def named() -> tuple[str, str]:
    """Return the organisation and the system flag that are named now, '' for neither."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT coalesce(current_setting('seatdash.org', true), ''),"
            " coalesce(current_setting('seatdash.system', true), '')"
        )
        row: tuple[str, str] = cursor.fetchone()
    return row


@contextmanager
def _named(*, org: str, system: str) -> Iterator[None]:
    # Within an open transaction the setting would outlive the block, so what was named before is
    # named again. The outermost block needs no such care: its transaction ends with it.
    outer = connection.savepoint_ids and named()
    name(org=org, system=system)
    yield
    if outer and not connection.needs_rollback:
        name(org=outer[0], system=outer[1])


def atomically(service: Callable[P, T]) -> Callable[P, T]:
    """Make a service all-or-nothing, in the organisation of its `actor`.

    Within a transaction it is a savepoint. Called on its own it opens the actor's scope, and starts
    again where PostgreSQL broke a deadlock, so that no caller sees one.
    """

    @wraps(service)
    def wrapped(*args: P.args, **kwargs: P.kwargs) -> T:
        if connection.in_atomic_block:
            with transaction.atomic():
                return service(*args, **kwargs)
        return _in_scope_of(kwargs["actor"], lambda: service(*args, **kwargs))

    return wrapped


def _in_scope_of(actor: Any, work: Callable[[], T]) -> T:
    def once() -> T:
        with scope(actor.organisation_id):
            return work()

    return again_after_deadlock(once)


def again_after_deadlock(work: Callable[[], T]) -> T:
    """Do what opens a transaction of its own, and begin anew where a deadlock was broken."""
    for attempt in range(1, ATTEMPTS):
        try:
            return work()
        except OperationalError as error:
            if not isinstance(error.__cause__, DeadlockDetected):
                raise
        # Those who met would meet again if both began at once.
        time.sleep(random.uniform(0, PAUSE * attempt))  # noqa: S311 - no secret
    return work()


def policy_sql(table: str, column: str = "organisation_id") -> str:
    """Return the SQL that forces row-level security on a tenant table.

    The sub-selects make PostgreSQL read the settings once a statement, not once a row.
    """
    return f"""
        ALTER TABLE {table} ENABLE ROW LEVEL SECURITY;
        ALTER TABLE {table} FORCE ROW LEVEL SECURITY;
        CREATE POLICY {table}_organisation ON {table} USING (
            {column} = nullif((SELECT current_setting('{ORGANISATION}', true)), '')::uuid
            OR (SELECT current_setting('{SYSTEM}', true)) = 'on'
        );
    """


def no_policy_sql(table: str) -> str:
    """Return the SQL that undoes `policy_sql`."""
    return f"""
        DROP POLICY {table}_organisation ON {table};
        ALTER TABLE {table} NO FORCE ROW LEVEL SECURITY;
        ALTER TABLE {table} DISABLE ROW LEVEL SECURITY;
    """


def same_organisation_sql(table: str, column: str, target: str) -> str:
    """Return the SQL of a foreign key that holds both ends of a reference in one organisation.

    Row policies do not apply to foreign key checks, so the key itself carries the organisation.
    """
    return f"""
        ALTER TABLE {table} ADD CONSTRAINT {table}_{column}_same_organisation
        FOREIGN KEY (organisation_id, {column}) REFERENCES {target} (organisation_id, id);
    """


def any_organisation_sql(table: str, column: str) -> str:
    """Return the SQL that undoes `same_organisation_sql`."""
    return f"ALTER TABLE {table} DROP CONSTRAINT {table}_{column}_same_organisation;"
