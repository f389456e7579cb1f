"""Telling people by letter what is asked of them, and what was answered.

The worker writes them. They are deferred with what they tell of: what is rolled back is not told.
"""

from typing import Any

from procrastinate.contrib.django import app

from orgs.models import Member
from seats import clock
from seats.models import SeatRequest


def tell_admins(request: SeatRequest) -> None:
    """Let every admin who signs in know of a request, but for the one who asked."""
    admins = Member.objects.for_org(request.organisation_id).admins()
    readers = admins.filter(user__is_active=True).exclude(pk=request.asked_by_id)
    jobs: list[Any] = [
        _about(request) | {"member_id": str(pk)} for pk in readers.values_list("pk", flat=True)
    ]
    if jobs and not _is_story():
        app.configure_task("seats.tasks.mail_request").batch_defer(*jobs)


def tell_asker(request: SeatRequest) -> None:
    """Let whoever asked know the answer, unless it is their own."""
    if request.decided_by_id != request.asked_by_id and not _is_story():
        app.configure_task("seats.tasks.mail_answer").defer(**_about(request))


def _about(request: SeatRequest) -> dict[str, str]:
    return {"organisation_id": str(request.organisation_id), "request_id": str(request.pk)}


def _is_story() -> bool:
    # What the demo world says to have happened months ago is no news.
    return clock.told() is not None
