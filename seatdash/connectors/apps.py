from django.apps import AppConfig


class ConnectorsConfig(AppConfig):
    name = "seatdash.connectors"
    label = "connectors"
