"""Forgetting: what an organisation does not keep beyond its months goes, day by day.

The ledger keeps everything, and tells less of it (`discretion`); what stands beside it is deleted.
"""

from orgs.models import Organisation
from seatdash import tenancy
from seats.models import Import, SeatRequest
from seats.services.discretion import told_since

FINISHED = (Import.State.DONE, Import.State.FAILED)


def forget_old(*, organisation: Organisation) -> None:
    """Take away the words of answered requests, and finished files, from before what is kept."""
    moment = told_since(organisation)
    if moment is None:
        return
    with tenancy.scope(organisation.pk):
        requests = SeatRequest.objects.for_org(organisation).filter(decided_at__lt=moment)
        requests.exclude(reason="", answer="").update(reason="", answer="")
        files = Import.objects.for_org(organisation).made_before(moment)
        files.filter(state__in=FINISHED).delete()
