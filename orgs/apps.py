from typing import Any

from django.apps import AppConfig
from django.db.models.signals import post_save


class OrganisationsConfig(AppConfig):
    name = "orgs"

    def ready(self) -> None:
        # Passwords are changed by allauth, by the operator and by commands; all of them save users.
        post_save.connect(_saved, sender="orgs.User", dispatch_uid="orgs.new_password")


def _saved(instance: Any, *, created: bool, **_others: Any) -> None:
    from orgs.services import note_new_password

    # Set by `set_password` and until the user is saved; not where a sign-in renews the hash.
    is_new = instance._password is not None  # noqa: SLF001 - Django tells it in no other way
    if is_new and not created:
        note_new_password(user=instance)
