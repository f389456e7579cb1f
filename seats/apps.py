from django.apps import AppConfig


class SeatsConfig(AppConfig):
    name = "seats"

    def ready(self) -> None:
        from orgs.navigation import WAITING
        from seats.reports.requests import requests_waiting

        WAITING.setdefault("requests", []).append(requests_waiting)
