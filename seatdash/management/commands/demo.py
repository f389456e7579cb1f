from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand, CommandParser

from seatdash.preparation import prepare
from seatdash.processes import Address, add_port
from seatdash.supervisor import Supervisor, web_at, worker

SIGN_INS = """\
seatdash is ready at {url}

Sign in with the password demo-seatdash as
  admin@north.example      admin of North High School, {url}o/north-high/
  finance@north.example    its finance
  manager-a@north.example  manager of Classroom A
  manager-b@north.example  manager of Classroom B
  admin@acme.example       admin of Acme Training, {url}o/acme/
  auditor@ledgers.example  finance of both, who switches between them

Ctrl-C stops it."""


class Command(BaseCommand):
    help = "Starts everything with a world to look at, for this machine only."
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: CommandParser) -> None:
        add_port(parser)

    def handle(self, *_args: Any, **options: Any) -> None:
        from seatdash.demo import ensure_demo_world

        prepare()
        ensure_demo_world()
        address = Address(port=options["port"])
        Supervisor(address, web_at(address), [worker()]).run(lambda: self._say_ready(address))

    def _say_ready(self, address: Address) -> None:
        self.stdout.write(SIGN_INS.format(url=address.url))
        self.stdout.flush()
