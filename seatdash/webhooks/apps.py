from django.apps import AppConfig


class WebhooksConfig(AppConfig):
    name = "seatdash.webhooks"
    label = "webhooks"
