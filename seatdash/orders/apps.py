from django.apps import AppConfig


class OrdersConfig(AppConfig):
    name = "seatdash.orders"
    label = "orders"

    def ready(self) -> None:
        from orgs.navigation import WAITING
        from seatdash.orders.reports import inbox_waiting

        # The tab is one of the settings, so that is where the sidebar shows what waits.
        WAITING["settings"] = inbox_waiting
