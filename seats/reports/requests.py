"""Requests for seats: what waits for the admins, and what was answered."""

from dataclasses import dataclass
from datetime import timedelta

from orgs.models import Member
from seats import clock
from seats.models import SeatRequest
from seats.querysets import SeatRequestQuerySet
from teams.models import Team

MOST = 100
ANSWERS_FOR = timedelta(days=90)


@dataclass(frozen=True, kw_only=True)
class Requests:
    """Those that wait, the oldest first, and the answers, the newest first; `more` wait as well.

    `unseen` are the answers that whoever looks has not read before.
    """

    waiting: list[SeatRequest]
    answered: list[SeatRequest]
    unseen: set[SeatRequest]
    more: int

    @property
    def topics(self) -> list[str]:
        return []


def requests_seen_by(member: Member) -> Requests:
    """Report all requests to admins and finance; to a manager those for the teams they manage."""
    seen = _seen_by(member)
    related = seen.select_related("team", "product", "asked_by", "decided_by")
    waiting = list(related.undecided()[: MOST + 1])
    return Requests(
        waiting=waiting[:MOST],
        answered=list(related.decided_since(clock.now() - ANSWERS_FOR)[:MOST]),
        unseen=set(seen.answers_unseen_by(member)),
        more=seen.undecided().count() - MOST if len(waiting) > MOST else 0,
    )


def requests_waiting(member: Member) -> int:
    """Count the requests that an admin is to answer, or the answers that somebody has yet to read.

    Stands in the navigation of every page: one count by an index that holds only these.
    """
    requests = SeatRequest.objects.for_org(member.organisation_id)
    if member.role == Member.Role.ADMIN:
        return requests.undecided().order_by().count()
    return requests.answers_unseen_by(member).count()


def _seen_by(member: Member) -> SeatRequestQuerySet:
    requests = SeatRequest.objects.for_org(member.organisation_id)
    if member.role:
        return requests
    return requests.filter(team__in=Team.objects.for_org(member.organisation_id).managed_by(member))
