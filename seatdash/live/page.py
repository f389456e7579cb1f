"""What a page needs to be live: the token for the numbers that it shows."""

from django.conf import settings
from django.http import HttpRequest
from django.utils.functional import SimpleLazyObject
from django.utils.translation import get_language

from orgs.access import Role
from seatdash.live import tokens


def live_token(request: HttpRequest) -> dict[str, object]:
    """Context processor: `live_token` for the topics that the view has named, '' for none.

    Made when the template asks for it, so after the view has said what the page shows.
    """
    return {"live_token": SimpleLazyObject(lambda: _token(request))}


def _token(request: HttpRequest) -> str:
    topics = getattr(request, "live_topics", [])
    if topics and request.role is Role.MANAGER:  # type: ignore[attr-defined]  # as below
        # Whatever a view has named: the others tell of all teams, and of who did what in them.
        topics = [topic for topic in topics if topic.startswith("allocation-")]
    if not topics:
        return ""
    member = request.member  # type: ignore[attr-defined]  # set by the gate together with topics
    return tokens.make(
        organisation_id=member.organisation_id,
        slug=member.organisation.slug,
        member_id=member.pk,
        rights_changed_at=member.rights_changed_at,
        language=get_language() or settings.LANGUAGE_CODE,
        topics=topics,
    )
