"""Forgetting a person who is erased: what was stored about telling learning systems of them."""

from orgs.models import Member
from seatdash.connectors.models import CourseAccess, FoundThere
from seats import clock

State = FoundThere.State


def forget_person(member: Member) -> None:
    """Forget a member, called while the address is still known, in the organisation's scope.

    Where a learning system may still let them in, the address alone is kept until that is ended
    there, and no longer. What is there of an erased person, their account, is for its admins.
    """
    accesses = CourseAccess.objects.for_org(member.organisation_id).filter(member=member)
    ending = accesses.filter(connection__is_on=True).exclude(state="synced", is_wanted=False)
    found = FoundThere.objects.for_org(member.organisation_id).filter(email=member.email.lower())
    found.exclude(state=State.ENDING).delete()
    found.update(name="", problem="")
    FoundThere.objects.bulk_create(
        [_to_end(member, access) for access in ending], ignore_conflicts=True
    )
    accesses.delete()


def _to_end(member: Member, access: CourseAccess) -> FoundThere:
    return FoundThere(
        organisation_id=access.organisation_id,
        connection_id=access.connection_id,
        course=access.course,
        email=member.email.lower(),
        state=State.ENDING,
        next_at=clock.now(),
    )
