from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from orgs.models import Organisation
from seatdash import tenancy
from seatdash.preparation import is_prepared
from seats import books
from seats.services.proving import Chain


class Command(BaseCommand):
    help = "Compares counters, ledger and enrolments, proves the chain; fails on any difference."

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
        balance = books.check(organisation, whole_chain=True)
        self.stdout.write(
            f"{organisation.slug}: {len(balance.products):,} products, {len(balance.pools):,} pools"
            f" and {len(balance.teams):,} teams drawing on them held against {balance.entries:,}"
            f" ledger entries: {len(balance.differences):,} differences"
        )
        self.stdout.write(_chain(organisation, balance.chain))
        for difference in balance.differences:
            self.stderr.write(f"  {organisation.slug}, {difference}")
        for finding in balance.findings:
            self.stderr.write("\n".join(f"    {line}" for line in finding.lines))
        return balance.holds


def _chain(organisation: Organisation, chain: Chain) -> str:
    """Say how long the chain is and what its head is, for an auditor to note."""
    sealed = f"sealed up to {chain.seal.position:,}" if chain.seal else "not sealed yet"
    if not chain.position:
        return f"{organisation.slug}: chain of 0 entries"
    return (
        f"{organisation.slug}: chain of {chain.position:,} entries, all gone through, {sealed};"
        f" head {chain.digest.hex()}"
    )


def _organisations(slug: str | None) -> list[Organisation]:
    # Whoever keeps the installation asks for all of it; each is then checked in its own scope.
    with tenancy.system():
        found = Organisation.objects.order_by("slug")
        organisations = list(found.filter(slug=slug) if slug else found)
    if slug and not organisations:
        raise CommandError(f"There is no organisation {slug}.")
    return organisations
