"""One view of the database for a whole file, and how its rows are to be found."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import LiteralString

from django.db import connection, transaction

from orgs.models import Organisation
from seatdash import tenancy
from seats.exports.question import Asked, Export
from seats.exports.sql import RENAMED


@contextmanager
def snapshot(organisation: Organisation) -> Iterator[None]:
    """Open a transaction that sees the organisation as it is at one moment, and writes nothing."""
    with transaction.atomic(durable=True):
        with connection.cursor() as cursor:
            cursor.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ READ ONLY")
        tenancy.name(org=str(organisation.pk))
        yield


def query_for(export: Export, organisation: Organisation, asked: Asked) -> LiteralString:
    """Return the query for what is asked, in the snapshot, and see to it that it is planned well.

    There is room to sort a large table, or it comes one by one in the order of its index.
    """
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL work_mem = '64MB'")
        if export.in_order_of_an_index and not (asked.product or asked.team):
            cursor.execute("SET LOCAL enable_sort = off")
        cursor.execute(RENAMED, asked.params(organisation))
        (renamed,) = cursor.fetchone()
    return export.query if renamed or not export.unrenamed else export.unrenamed
