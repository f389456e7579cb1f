"""The reader's connection to the database: one, asynchronous, without the ORM."""

from collections.abc import Mapping
from typing import Any

from django.db import connections
from psycopg import AsyncClientCursor, AsyncConnection
from psycopg.rows import namedtuple_row

# Beyond this the server is as good as gone, and the reader connects anew.
SECONDS_TO_CONNECT = 5
# For whoever looks at the server's activity.
APPLICATION_NAME = "seatdash live"

# The reader serves the pages of every organisation at once; what a page may see was settled by the
# gate, and each figure goes only to topics of its own organisation.
EVERY_ORGANISATION = "SELECT set_config('seatdash.system', 'on', true);"

Rows = list[Any]
Connection = AsyncConnection[Any]


async def connect() -> Connection:
    """Connect to the database of the settings."""
    given = connections["default"].get_connection_params()
    for of_django in ("cursor_factory", "context", "prepare_threshold"):
        given.pop(of_django, None)
    given.setdefault("connect_timeout", SECONDS_TO_CONNECT)
    given.setdefault("application_name", APPLICATION_NAME)
    return await AsyncConnection.connect(
        **given,
        autocommit=True,
        prepare_threshold=None,
        row_factory=namedtuple_row,
        cursor_factory=AsyncClientCursor,
    )


async def ask(connection: Connection, query: str, given: Mapping[str, Any] | None = None) -> Rows:
    """Run one query across tenants, in one round trip.

    Two statements sent together are one transaction, so the setting ends with it, and a pooler in
    transaction mode sees no session state.
    """
    async with connection.cursor() as cursor:
        await cursor.execute(EVERY_ORGANISATION + query, given)
        cursor.nextset()
        return await cursor.fetchall()
