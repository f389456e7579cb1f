"""People: the list, one person with every enrolment, their role, and taking them out."""

from uuid import UUID

from django.core.exceptions import PermissionDenied
from django.http import HttpResponse
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_safe

from orgs.access import OrgRequest, Role, gate
from orgs.answers import answer
from orgs.models import Member
from orgs.services import change_role
from seats.forms.lists import PeopleFilter
from seats.forms.people import MEMBER, OffboardForm, RoleForm
from seats.models import Enrolment
from seats.reports import ending_previews
from seats.reports.enrolment_list import OF_PERSON, enrolment_page, listing_by
from seats.reports.people import (
    offboarding,
    person_report,
    seen_people,
    seen_teams,
)
from seats.reports.people_list import people_page
from seats.services.leaving import offboard as take_out
from seats.views.members import list_of
from seats.views.pages import Action, act, done, may_revoke, page_of


@gate(Role.ADMIN, Role.MANAGER)
@require_safe
def people(request: OrgRequest) -> HttpResponse:
    teams = seen_teams(request.organisation, request.member)
    filters = PeopleFilter(request.GET, viewer=request.member, teams=teams)
    found = filters.narrow(seen_people(request.organisation, request.member))
    page = people_page(found, teams, request.GET)
    return answer(request, "seats/people.html", {"page": page, "filters": filters}, page)


@gate(Role.ADMIN, Role.MANAGER)
@require_safe
def person(request: OrgRequest, member_id: UUID) -> HttpResponse:
    member = _visible(request, member_id)
    teams = seen_teams(request.organisation, request.member)
    enrolments = Enrolment.objects.of_member(member).filter(team__in=teams)
    page = enrolment_page(enrolments, listing_by("all", of=OF_PERSON), request.GET)
    context = {
        "report": person_report(member, teams),
        "page": page,
        "is_admin": request.role is Role.ADMIN,
        "may_revoke": may_revoke(request),
    }
    return answer(request, "seats/person.html", context, page)


@gate(Role.ADMIN)
def role(request: OrgRequest, member_id: UUID) -> HttpResponse:
    member = _current(request, member_id)
    form = RoleForm(request.POST or None, initial={"role": member.role or MEMBER})

    def perform() -> str:
        changed = change_role(actor=request.member, member=member, role=form.cleaned_data["role"])
        role = changed.get_role_display()
        return _("%(member)s now has the role %(role)s.") % {"member": changed, "role": role}

    action = Action(
        heading=_("Role of %(member)s") % {"member": member},
        intro="" if member.user_id else _("They have no sign-in yet; the role waits for it."),
        submit=_("Save"),
        parent=list_of(request)
        if request.GET.get("from") == "members"
        else page_of(request, member),
        perform=perform,
    )
    return act(request, form, action)


@gate(Role.ADMIN)
def offboard(request: OrgRequest, member_id: UUID) -> HttpResponse:
    member = _visible(request, member_id)
    if member.offboarded_at:
        words = _("%(member)s had left already.") % {"member": member}
        return done(request, words, page_of(request, member)[1])
    form = OffboardForm(request.POST or None)

    def perform() -> str:
        reason = form.cleaned_data["reason"]
        left = take_out(actor=request.member, member=member, reason=reason)
        words = ngettext(
            "%(member)s left; %(n)s enrolment ended.",
            "%(member)s left; %(n)s enrolments ended.",
            left.revoked,
        )
        return words % {"member": member, "n": left.revoked}

    action = Action(
        heading=_("Offboard %(member)s") % {"member": member},
        submit=_("Offboard"),
        danger=True,
        parent=page_of(request, member),
        # Those who take themselves out have no page here to come back to.
        success_url=reverse("home") if member == request.member else "",
        template="seats/_offboard.html",
        context={"report": offboarding(member)},
        perform=perform,
        preview=lambda: ending_previews.offboarding(member),
    )
    return act(request, form, action)


def _visible(request: OrgRequest, member_id: UUID) -> Member:
    """Return the person; 404 where the organisation has none such, 403 where not for these eyes."""
    everybody = Member.objects.for_org(request.organisation).select_related("user")
    member = get_object_or_404(everybody, pk=member_id)
    seen = seen_people(request.organisation, request.member, former=True)
    if not seen.filter(pk=member.pk).exists():
        raise PermissionDenied
    return member


def _current(request: OrgRequest, member_id: UUID) -> Member:
    members = Member.objects.for_org(request.organisation).active()
    return get_object_or_404(members, pk=member_id)


def _came_from(request: OrgRequest, member: Member) -> tuple[str, str]:
    """Return the page to go back to: the list of members, or the person's own."""
    is_list = request.GET.get("from") == "members"
    return list_of(request) if is_list else page_of(request, member)
