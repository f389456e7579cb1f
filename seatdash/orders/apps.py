from django.apps import AppConfig


class OrdersConfig(AppConfig):
    name = "seatdash.orders"
    label = "orders"
