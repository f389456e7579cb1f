"""Expiry: an enrolment ends at its end, and lets its seat go where it is reusable."""

from uuid import UUID

from django.utils.translation import gettext_noop

from orgs.models import Organisation
from seatdash import tenancy
from seats.models import Enrolment, Pool
from seats.querysets import EnrolmentQuerySet
from seats.services import ledger
from seats.services.locks import lock_pools


def expire_in_pool(pool: Pool) -> int:
    """Book as expired whatever is past its end in a locked pool; answers how many."""
    return expire(Enrolment.objects.for_org(pool.organisation_id).filter(pool=pool))


def expire(enrolments: EnrolmentQuerySet) -> int:
    """Book as expired what is past its end among enrolments of locked pools; answers how many."""
    due = list(enrolments.due().values_list("organisation_id", "pk"))
    if not due:
        return 0
    ended = ledger.free_seats(
        actor=None,
        organisation_id=due[0][0],
        enrolments=[pk for _organisation, pk in due],
        end_reason=ledger.EndReason.EXPIRED,
        # In no language yet: nobody in particular has booked it.
        reason=gettext_noop("reached its end"),
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


def _expire_one_pool(organisation: Organisation, pool_id: UUID) -> int:
    with tenancy.scope(organisation.pk):
        pools = lock_pools(organisation.pk, [pool_id])
        return sum(expire_in_pool(pool) for pool in pools.values())
