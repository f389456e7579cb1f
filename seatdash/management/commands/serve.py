from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand, CommandParser

from seatdash.preparation import prepare
from seatdash.processes import Address, add_host, add_port
from seatdash.supervisor import Supervisor, web_at, worker


class Command(BaseCommand):
    help = "Serves the pages and runs the worker, with the migrations applied first."
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: CommandParser) -> None:
        add_port(parser)
        add_host(parser)
        parser.add_argument(
            "--no-migrate", action="store_false", dest="migrate", help="leave the database as it is"
        )
        parser.add_argument(
            "--no-worker", action="store_false", dest="worker", help="the worker runs elsewhere"
        )

    def handle(self, *_args: Any, **options: Any) -> None:
        prepare(migrate=options["migrate"])
        address = Address(options["host"], options["port"])
        others = [worker()] if options["worker"] else []
        Supervisor(address, web_at(address), others).run(lambda: self._say_ready(address))

    def _say_ready(self, address: Address) -> None:
        self.stdout.write(f"seatdash is ready at {address.url}")
        self.stdout.flush()
