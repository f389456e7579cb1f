from django.apps import AppConfig


class OrdersConfig(AppConfig):
    name = "seatdash.orders"
    label = "orders"

    def ready(self) -> None:
        from orgs.navigation import WAITING
        from seatdash.orders.reports import inbox_waiting
        from seatdash.orders.services.erasing import forget_customer
        from seats.services.erasing import ERASERS

        # The tab is one of the settings, so that is where the sidebar shows what waits.
        WAITING.setdefault("settings", []).append(inbox_waiting)
        if forget_customer not in ERASERS:
            ERASERS.append(forget_customer)
