"""The demo world: two organisations with five months behind them, played through the services."""

from __future__ import annotations

from django.contrib.auth.hashers import make_password
from django.db import connection, transaction
from django.utils import timezone

from orgs.models import Organisation
from seatdash import tenancy
from seatdash.demo.acme import tell_acme
from seatdash.demo.cast import Cast
from seatdash.demo.north import tell_north
from seats.services.closing import close_days

PASSWORD = "demo-seatdash"  # noqa: S105 - printed at every start of the demo

# Any number, as long as every seatdash takes the same.
MAKING = 0x5EA7DE30


def ensure_demo_world() -> bool:
    """Make the demo world where there is no organisation yet; says whether it did.

    All of it or nothing: what is interrupted is made by the next start.
    """
    with transaction.atomic():
        _one_at_a_time()
        # Whether there is any organisation at all is a question about every organisation.
        with tenancy.system():
            if Organisation.objects.exists():
                return False
        cast = Cast(now=timezone.now(), password=make_password(PASSWORD))
        tell_north(cast)
        tell_acme(cast)
        _close_the_days()
    return True


def _close_the_days() -> None:
    # As the worker does, which would be a few minutes late for who looks at once.
    with tenancy.system():
        organisations = list(Organisation.objects.all())
    for organisation in organisations:
        close_days(organisation=organisation)


def _one_at_a_time() -> None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s)", [MAKING])
