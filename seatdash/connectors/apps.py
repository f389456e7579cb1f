from django.apps import AppConfig


class ConnectorsConfig(AppConfig):
    name = "seatdash.connectors"
    label = "connectors"

    def ready(self) -> None:
        from seatdash.connectors.services.erasing import forget_person
        from seatdash.connectors.services.following import follow_ledger
        from seats.services.erasing import ERASERS
        from seats.services.followers import follow

        follow(follow_ledger)
        ERASERS.append(forget_person)
