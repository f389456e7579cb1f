from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandParser

FOLDER = Path(__file__).resolve().parents[3] / "docs" / "screenshots"


class Command(BaseCommand):
    help = "Takes the README's pictures of a running demo (needs Chromium and the test tools)."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--url", default="http://127.0.0.1:8000", help="where the demo runs")

    def handle(self, *_args: Any, **options: Any) -> None:
        # The browser comes with the test tools, which are not there to serve pages.
        from tests.browser.screenshots import take_pictures

        for path in take_pictures(options["url"], FOLDER):
            self.stdout.write(str(path.relative_to(FOLDER.parents[1])))
