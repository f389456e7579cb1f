from django.apps import AppConfig


class ApiConfig(AppConfig):
    name = "seatdash.api"
    label = "api"

    def ready(self) -> None:
        from seatdash.api.services.erasing import forget_caller_words
        from seats.services.erasing import ERASERS

        if forget_caller_words not in ERASERS:
            ERASERS.append(forget_caller_words)
