"""`manage.py translate de`: bring a language's catalogue up to date, and compile it."""

import shutil
from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from seatdash import messages


class Command(BaseCommand):
    help = "Collect what is to be translated into a language, and compile what is."
    requires_system_checks = []

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("locale", nargs="?", default="de", help="such as de, fr or pt_BR")

    def handle(self, *, locale: str, **options: Any) -> None:
        if not shutil.which("xgettext"):
            raise CommandError("GNU gettext is not installed (Debian: apt install gettext).")
        catalogue = messages.catalogue_of(locale)
        messages.merge(catalogue)
        messages.compile_catalogue(catalogue)
        self.stdout.write(f"{catalogue.relative_to(messages.HOUSE)} is up to date")
