from django.apps import AppConfig


class ApiConfig(AppConfig):
    name = "seatdash.api"
    label = "api"
