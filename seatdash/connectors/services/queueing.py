"""Putting a connection into the worker's queue, once however often it is asked for."""

from uuid import UUID

from django.db import transaction
from procrastinate.contrib.django import app
from procrastinate.exceptions import AlreadyEnqueued

QUEUE = "connectors"
TASK = "seatdash.connectors.tasks.work_on_connection"


def work_soon(organisation: UUID, connection: UUID) -> None:
    """Let the worker see to a connection soon; in this transaction, if there is one."""
    task = app.configure_task(TASK, queue=QUEUE, queueing_lock=f"connection-{connection}")
    try:
        # One that waits already does: it looks at what is so when its turn comes.
        with transaction.atomic():
            task.defer(organisation=str(organisation), connection=str(connection))
    except AlreadyEnqueued:
        pass
