"""What erasing a person will do, said before it is done."""

from dataclasses import dataclass

from orgs.models import Member
from seatdash import tenancy
from seats.models import Enrolment, LedgerEntry, SeatRequest
from seats.services.erasing import files_naming, words_of
from seats.services.withholding import reasons_naming


@dataclass(frozen=True, kw_only=True)
class Erasing:
    """What will end, what will be gone, and what stays without a name."""

    member: Member
    live: int
    entries: int
    reasons: int
    requests: int
    files: int
    loses_user: bool


def erasing(member: Member) -> Erasing:
    """Count what erasing a person touches."""
    of_org = member.organisation_id
    return Erasing(
        member=member,
        live=Enrolment.objects.of_member(member).unended().count(),
        entries=LedgerEntry.objects.for_org(of_org).filter(member=member).count(),
        reasons=reasons_naming(member, words_of(member)),
        requests=SeatRequest.objects.for_org(of_org).filter(asked_by=member).count(),
        files=files_naming(member).distinct().count(),
        loses_user=_loses_user(member),
    )


def _loses_user(member: Member) -> bool:
    user = member.user
    if user is None or user.is_staff or user.is_superuser:
        return False
    # Only whether there is another membership, not where.
    with tenancy.system():
        return user.memberships.count() == 1
