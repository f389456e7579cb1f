from django.apps import AppConfig


class WebhooksConfig(AppConfig):
    name = "seatdash.webhooks"
    label = "webhooks"

    def ready(self) -> None:
        from orgs.navigation import WAITING
        from seatdash.webhooks.reports import switched_off
        from seatdash.webhooks.services.forgetting import forget_answers_about
        from seatdash.webhooks.services.queueing import entries_are_there, request_was
        from seats.services.erasing import ERASERS
        from seats.services.followers import follow
        from seats.services.requests import HEARERS

        follow(entries_are_there)
        HEARERS.append(request_was)
        ERASERS.append(forget_answers_about)
        WAITING.setdefault("settings", []).append(switched_off)
