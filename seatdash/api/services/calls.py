"""The log of calls, cleared away when it is old."""

from datetime import datetime

from orgs.models import Organisation
from seatdash import tenancy
from seatdash.api.models import Call

AT_ONCE = 10_000


def forget_old_calls(*, organisation: Organisation, moment: datetime) -> int:
    """Forget what was called before a moment, so many at a time; answers how many."""
    forgotten = 0
    while some := _forget_some(organisation, moment):
        forgotten += some
    return forgotten


def _forget_some(organisation: Organisation, moment: datetime) -> int:
    with tenancy.scope(organisation.pk):
        old = Call.objects.for_org(organisation).made_before(moment).order_by("at", "pk")
        ids = list(old.values_list("pk", flat=True)[:AT_ONCE])
        return Call.objects.filter(pk__in=ids).delete()[0]
