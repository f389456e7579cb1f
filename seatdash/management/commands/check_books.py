from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from orgs.models import Organisation
from seatdash import tenancy
from seatdash.preparation import is_prepared
from seats import books


class Command(BaseCommand):
    help = "Compares every counter with the ledger and the enrolments; fails on any difference."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--organisation", metavar="SLUG", help="check this one only")

    def handle(self, *args: Any, **options: Any) -> None:
        if not is_prepared():
            raise CommandError("There are no books yet: start seatdash once, or run migrate.")
        differing = [
            organisation.slug
            for organisation in _organisations(options["organisation"])
            if not self._check(organisation)
        ]
        if differing:
            raise CommandError(f"The books do not balance in: {', '.join(differing)}.")

    def _check(self, organisation: Organisation) -> bool:
        balance = books.check(organisation)
        self.stdout.write(
            f"{organisation.slug}: {len(balance.products):,} products, {len(balance.pools):,} pools"
            f" and {len(balance.teams):,} teams drawing on them held against {balance.entries:,}"
            f" ledger entries: {len(balance.differences):,} differences"
        )
        for difference in balance.differences:
            self.stderr.write(f"  {organisation.slug}, {difference}")
        return balance.holds


def _organisations(slug: str | None) -> list[Organisation]:
    # Whoever keeps the installation asks for all of it; each is then checked in its own scope.
    with tenancy.system():
        found = Organisation.objects.order_by("slug")
        organisations = list(found.filter(slug=slug) if slug else found)
    if slug and not organisations:
        raise CommandError(f"There is no organisation {slug}.")
    return organisations
