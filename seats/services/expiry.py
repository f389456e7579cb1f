"""Expiry: an enrolment ends at its end, and lets its seat go where it is reusable."""

from django.utils.translation import gettext as _

from orgs.models import Organisation
from seatdash import tenancy
from seats.models import Enrolment, Pool
from seats.services import ledger
from seats.services.locks import lock_pools


def expire_in_pool(pool: Pool) -> int:
    """Book as expired whatever is past its end in a locked pool; answers how many."""
    due = Enrolment.objects.for_org(pool.organisation_id).due().filter(pool=pool)
    ended = ledger.free_seats(
        actor=None,
        organisation_id=pool.organisation_id,
        enrolments=due.values_list("pk", flat=True),
        end_reason=ledger.EndReason.EXPIRED,
        reason=_("reached its end"),
    )
    return len(ended)


def expire_due(*, organisation: Organisation) -> int:
    """Book as expired whatever is past its end in an organisation; answers how many.

    One transaction a pool, so that nobody waits for the whole.
    """
    with tenancy.scope(organisation.pk):
        due = Enrolment.objects.for_org(organisation).due()
        pools = list(due.order_by("pool").values_list("pool", flat=True).distinct())
    return sum(_expire_one_pool(organisation, pool) for pool in pools)


def _expire_one_pool(organisation: Organisation, pool_id: object) -> int:
    with tenancy.scope(organisation.pk):
        pools = lock_pools(organisation.pk, [pool_id])  # type: ignore[list-item]
        return sum(expire_in_pool(pool) for pool in pools.values())
