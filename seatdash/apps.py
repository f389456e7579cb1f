from functools import cache
from typing import Any

import lucide
from django.apps import AppConfig


class SeatdashConfig(AppConfig):
    name = "seatdash"

    def ready(self) -> None:
        from seatdash import checks  # noqa: F401  (registers them)

        # The package parses and copies its picture at every use; there are a few dozen in all.
        icons: Any = lucide
        icons._render_icon = cache(icons._render_icon)  # noqa: SLF001 - there is no public one
