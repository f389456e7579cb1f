"""Telling people by letter what is asked of them, and what was answered.

The worker writes them. They are deferred with what they tell of: what is rolled back is not told.
"""

from procrastinate.contrib.django import app

from orgs.mail import write_to_each
from orgs.models import Member
from seats import clock
from seats.models import SeatRequest


def tell_admins(request: SeatRequest) -> None:
    """Let every admin who signs in know of a request, but for the one who asked."""
    if not _is_story():
        organisation_id = request.organisation_id
        readers = Member.objects.for_org(organisation_id).admins().exclude(pk=request.asked_by_id)
        write_to_each(readers, "seats.tasks.mail_request", organisation_id, request_id=request.pk)


def tell_asker(request: SeatRequest) -> None:
    """Let whoever asked know the answer, unless it is their own."""
    if request.decided_by_id != request.asked_by_id and not _is_story():
        about = {"organisation_id": str(request.organisation_id), "request_id": str(request.pk)}
        app.configure_task("seats.tasks.mail_answer").defer(**about)


def _is_story() -> bool:
    # What the demo world says to have happened months ago is no news.
    return clock.told() is not None
