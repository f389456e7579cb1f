"""What is kept of deliveries: for a month, and nothing that an erased person was named in."""

from datetime import timedelta

from django.db.models import Q

from orgs.models import Member, Organisation
from seatdash.webhooks.models import Attempt, Delivery
from seats import clock
from seats.models import LedgerEntry, SeatRequest

KEPT_FOR = timedelta(days=30)
AT_ONCE = 5_000


def forget_old_deliveries(*, organisation: Organisation) -> int:
    """Delete a part of what was delivered a month ago or given up; answers how many."""
    old = Delivery.objects.for_org(organisation).over_before(clock.now() - KEPT_FOR)
    ids = list(old.order_by("created_at").values_list("pk", flat=True)[:AT_ONCE])
    Attempt.objects.filter(delivery__in=ids).delete()
    Delivery.objects.filter(pk__in=ids).delete()
    return len(ids)


def forget_answers_about(member: Member) -> None:
    """Forget what receivers answered to events about a person: it may repeat what they were told.

    The events themselves are not kept; what is sent later says what is known of the person then.
    """
    asked = Q(asked_by=member) | Q(decided_by=member)
    entries = LedgerEntry.objects.for_org(member.organisation_id)
    requests = SeatRequest.objects.for_org(member.organisation_id)
    about_member = entries.filter(Q(member=member) | Q(actor=member)).values("pk")
    about = Q(about__in=about_member) | Q(about__in=requests.filter(asked).values("pk"))
    told = Delivery.objects.for_org(member.organisation_id).filter(about)
    Attempt.objects.filter(delivery__in=told.order_by().values("pk")).update(answer="")
