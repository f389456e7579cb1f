"""Database defaults that Django has no name for."""

from typing import Any

from django.db import models
from django.db.models.functions import Cast


class CurrentTransaction(models.Func):
    """The id of the writing transaction (PostgreSQL's `pg_current_xact_id`)."""

    function = "pg_current_xact_id"
    arity = 0


def current_transaction_id() -> Any:
    """Return the default of `LedgerEntry.xid`: the transaction's id as a bigint."""
    text = Cast(CurrentTransaction(output_field=models.TextField()), models.TextField())
    return Cast(text, models.BigIntegerField())
