from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand
from procrastinate.contrib.django import app
from procrastinate.contrib.django.django_connector import DjangoConnector

from seatdash.processes import end_with_parent

SECONDS_TO_FINISH = 5


class Command(BaseCommand):
    help = "Runs the worker alone: expiry, and whatever else waits to be done."

    def handle(self, *args: Any, **options: Any) -> None:
        end_with_parent()
        connector = app.connector
        if not isinstance(connector, DjangoConnector):
            raise TypeError(f"procrastinate is not set up with Django's database: {connector!r}")
        with app.replace_connector(connector.get_worker_connector()) as working:
            working.run_worker(shutdown_graceful_timeout=SECONDS_TO_FINISH)
