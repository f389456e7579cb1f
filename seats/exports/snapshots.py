"""One view of the database for a whole file, and how its rows are to be found."""

from collections.abc import Iterator
from contextlib import contextmanager

from django.db import connection, transaction

from orgs.models import Organisation
from seatdash import tenancy
from seats.exports.question import Asked, Export


@contextmanager
def snapshot(organisation: Organisation) -> Iterator[None]:
    """Open a transaction that sees the organisation as it is at one moment, and writes nothing."""
    with transaction.atomic(durable=True):
        with connection.cursor() as cursor:
            cursor.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ READ ONLY")
        tenancy.name(org=str(organisation.pk))
        yield


def plan_for(export: Export, asked: Asked) -> None:
    """Have the rows of a whole table come one by one, in the order of its index."""
    if export.in_order_of_an_index and not (asked.product or asked.team):
        with connection.cursor() as cursor:
            cursor.execute("SET LOCAL enable_sort = off")
