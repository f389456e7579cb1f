"""The gate: nothing of an organisation is reached but through here.

It opens the transaction, names the organisation to the database, finds the member and hands the
view an OrgRequest. Another organisation's address answers 404, as if it did not exist; a page of
one's own organisation that one's role may not see answers 403.
"""

from collections.abc import Callable, Sequence
from enum import StrEnum
from functools import wraps
from typing import Any, TypeVar, cast
from urllib.parse import urlencode
from zoneinfo import ZoneInfo

from django.core.exceptions import PermissionDenied
from django.db.models import Exists, OuterRef
from django.http import (
    Http404,
    HttpRequest,
    HttpResponse,
    HttpResponseNotAllowed,
    HttpResponseRedirect,
)
from django.http.response import HttpResponseBase
from django.urls import reverse
from django.utils import timezone
from django.utils.cache import patch_vary_headers
from django.utils.functional import SimpleLazyObject
from django_htmx.http import HttpResponseClientRedirect
from django_htmx.middleware import HtmxDetails

from orgs.models import Member, Organisation, User
from orgs.navigation import NavItem, navigation, places_of
from seatdash import tenancy

METHODS = ["GET", "HEAD", "POST"]


class Role(StrEnum):
    ADMIN = "admin"
    FINANCE = "finance"
    MANAGER = "manager"


class OrgRequest(HttpRequest):
    """A request that has passed the gate."""

    user: User
    htmx: HtmxDetails
    organisation: Organisation
    member: Member
    role: Role
    nav: list[NavItem]
    switch_url: str
    # Where the user is a member, read when the page is drawn; empty where it is this one alone.
    places: Sequence[tuple[Member, str]]
    # The names of the live numbers that the page shows; the stream will tell of no others.
    live_topics: list[str]


View = TypeVar("View", bound=Callable[..., HttpResponseBase])


def gate(*roles: Role) -> Callable[[View], View]:
    """Let only members with one of these roles pass to the view, which gets an OrgRequest."""

    def with_gate(view: View) -> View:
        @wraps(view)
        def gated(request: HttpRequest, org: str, **kwargs: Any) -> HttpResponseBase:
            if request.method not in METHODS:
                return HttpResponseNotAllowed(METHODS)
            if not request.user.is_authenticated:
                return _to_sign_in(request)
            member = _member(request.user, org)
            zone = ZoneInfo(member.organisation.time_zone)
            with tenancy.scope(member.organisation_id), timezone.override(zone):
                response = view(_admit(request, member, roles), **kwargs)
            # A page and its fragment share an address; a cache must not mix them up.
            patch_vary_headers(response, ["HX-Request"])
            return response

        gated.gate = roles  # type: ignore[attr-defined]  # read by the test that walks every URL
        return cast("View", gated)

    return with_gate


def _to_sign_in(request: HttpRequest) -> HttpResponse:
    query = urlencode({"next": request.get_full_path() if request.method == "GET" else "/"})
    url = f"{reverse('account_login')}?{query}"
    if cast("OrgRequest", request).htmx:
        return HttpResponseClientRedirect(url)
    return HttpResponseRedirect(url)


def _member(user: User, slug: str) -> Any:
    # Any: the Member carries `elsewhere`, whether the user is in other organisations too.
    # Which organisation may be named is what is being found out, so no single one can be yet.
    with tenancy.system():
        elsewhere = Member.objects.active().filter(user=user).exclude(pk=OuterRef("pk"))
        found = Member.objects.active().filter(user=user, organisation__slug=slug)
        known = found.select_related("organisation").annotate(elsewhere=Exists(elsewhere))
        member = known.first()
    if member is None:
        raise Http404
    return member


def _admit(request: HttpRequest, member: Any, roles: tuple[Role, ...]) -> OrgRequest:
    admitted = cast("OrgRequest", request)
    role = _role(member)
    if role is None:
        raise PermissionDenied
    admitted.organisation, admitted.member, admitted.role = member.organisation, member, role
    admitted.nav = navigation(role, member, request.path)
    admitted.switch_url = reverse("home") + "?choose" if member.elsewhere else ""
    admitted.places = _places(request) if member.elsewhere else ()
    admitted.live_topics = []
    if role not in roles:
        raise PermissionDenied
    return admitted


def _places(request: HttpRequest) -> Any:
    def read() -> list[tuple[Member, str]]:
        # A user's own memberships, in whatever organisations.
        with tenancy.system():
            return places_of(cast("User", request.user))

    return SimpleLazyObject(read)


def _role(member: Member) -> Role | None:
    if member.role:
        return Role(member.role)
    return Role.MANAGER if member.team_memberships.filter(role="manager").exists() else None
