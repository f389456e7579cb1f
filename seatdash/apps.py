from django.apps import AppConfig


class SeatdashConfig(AppConfig):
    name = "seatdash"

    def ready(self) -> None:
        from seatdash import checks  # noqa: F401  (registers them)
