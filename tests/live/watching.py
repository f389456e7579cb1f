"""Pages that watch, and what they are told."""

import re

from orgs.models import Member
from seatdash import tenancy
from seatdash.live import tokens
from seatdash.live.application import Live
from seats.models import Allocation, Pool
from tests.conftest import Cast
from tests.factories import enrol_new
from tests.live.browser import Request, Server

NAMES = ("used", "capacity", "available")


Shared = tuple[Pool, Allocation, Allocation]


class Pages:
    """The open pages of North High School, and the process that serves their streams."""

    def __init__(self, server: Server, cast: Cast) -> None:
        self.live = Live()
        self._server = server
        self._cast = cast

    def token(self, member: Member, *topics: str, language: str = "en-gb") -> str:
        organisation = member.organisation
        return tokens.make(
            organisation_id=organisation.pk,
            slug=organisation.slug,
            member_id=member.pk,
            rights_changed_at=member.rights_changed_at,
            language=language,
            topics=topics,
        )

    def open(self, member: Member, *topics: str) -> Request:
        return self.connect(self.token(member, *topics))

    def watch(self, member: Member, *topics: str) -> Request:
        """Open a page and wait until it has caught up, so that what comes then is news."""
        page = self.open(member, *topics)
        for topic in topics:
            page.event(topic)
        return page

    def connect(self, token: str, slug: str = "north-high", method: str = "GET") -> Request:
        path, query = f"/o/{slug}/live/", f"token={token}"
        return self._server.request(self.live, path, query=query, method=method)


def enrol(cast: Cast, allocation: Allocation, many: int = 1) -> None:
    with tenancy.scope(cast.organisation.pk):
        enrol_new(cast.admin, allocation, many)


def until(page: Request, topic: str, *awaited: str) -> None:
    """Wait for these figures; a page that just came may be sent older ones first."""
    while figures(page.event(topic)) != awaited:
        pass


def figures(fragment: str) -> tuple[str, ...]:
    found = [re.search(rf'data-{name}="(\d*)"', fragment) for name in NAMES]
    return tuple(match[1] for match in found if match)


def now(member: Member) -> Member:
    """Return the member as the gate would read it now."""
    with tenancy.scope(member.organisation_id):
        return Member.objects.select_related("organisation").get(pk=member.pk)
