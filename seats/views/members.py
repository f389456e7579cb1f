"""Members: who signs in and with which role, and inviting others."""

from uuid import UUID

from django.http import HttpResponse
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from orgs.access import OrgRequest, Role, gate
from orgs.answers import answer
from orgs.models import Member
from orgs.services import take_sign_in as take_from
from seats.forms.members import InviteForm, MembersFilter
from seats.reports.members import concerned, members_page, open_invitations, team_managed_by
from seats.views.pages import Action, act, confirm
from teams.models import Invitation
from teams.services import invitations as service


@gate(Role.ADMIN)
@require_safe
def members(request: OrgRequest) -> HttpResponse:
    filters = MembersFilter(request.GET)
    page = members_page(filters.narrow(concerned(request.organisation)), request.GET)
    invitations = open_invitations(request.organisation)
    context = {
        "page": page,
        "filters": filters,
        "invitations": invitations,
        "invited": {invitation.email for invitation in invitations},
    }
    return answer(request, "seats/members.html", context, page)


@gate(Role.ADMIN)
def invite(request: OrgRequest) -> HttpResponse:
    email = request.GET.get("email", "").replace("\0", "")
    team = request.GET.get("team") or team_managed_by(request.organisation, email)
    initial = {"team": team, "email": email}
    form = InviteForm(request.POST or None, organisation=request.organisation, initial=initial)

    def perform() -> str:
        invited = service.invite(actor=request.member, **form.invitation())
        return _("Invited %(email)s. The letter is on its way.") % {"email": invited}

    action = Action(
        heading=_("Invite somebody"),
        submit=_("Send invitation"),
        parent=list_of(request),
        perform=perform,
        context={"fields_template": "seats/_invite_fields.html"},
    )
    return act(request, form, action)


@gate(Role.ADMIN)
def send_invitation(request: OrgRequest, invitation_id: UUID) -> HttpResponse:
    invitation = _invitation(request, invitation_id)

    def perform() -> str:
        service.send_again(actor=request.member, invitation=invitation)
        return _("Sent to %(email)s again. Earlier links have ended.") % {"email": invitation}

    action = Action(
        heading=_("Send the invitation again"),
        intro=_("%(email)s gets a new link, good for seven days. Earlier links end with it.")
        % {"email": invitation},
        submit=_("Send again"),
        parent=list_of(request),
        perform=perform,
    )
    return confirm(request, action)


@gate(Role.ADMIN)
def withdraw_invitation(request: OrgRequest, invitation_id: UUID) -> HttpResponse:
    invitation = _invitation(request, invitation_id)

    def perform() -> str:
        service.withdraw(actor=request.member, invitation=invitation)
        return _("Withdrew the invitation of %(email)s.") % {"email": invitation}

    action = Action(
        heading=_("Withdraw the invitation"),
        intro=_("The link that was sent to %(email)s will no longer let anybody in.")
        % {"email": invitation},
        submit=_("Withdraw"),
        danger=True,
        parent=list_of(request),
        perform=perform,
    )
    return confirm(request, action)


@gate(Role.ADMIN)
def take_sign_in(request: OrgRequest, member_id: UUID) -> HttpResponse:
    people = Member.objects.for_org(request.organisation).active()
    member = get_object_or_404(people, pk=member_id)

    def perform() -> str:
        take_from(actor=request.member, member=member)
        return _("%(member)s no longer signs in here.") % {"member": member}

    action = Action(
        heading=_("Take the sign-in of %(member)s away") % {"member": member},
        intro=_(
            "They can no longer open any page of this organisation, and lose their role. "
            "Enrolments and teams stay as they are."
        ),
        submit=_("Take sign-in away"),
        danger=True,
        parent=list_of(request),
        perform=perform,
    )
    return confirm(request, action)


def list_of(request: OrgRequest) -> tuple[str, str]:
    """Return the label and the address of the page of members."""
    return _("Members"), reverse("members", args=[request.organisation.slug])


def _invitation(request: OrgRequest, invitation_id: UUID) -> Invitation:
    invitations = Invitation.objects.for_org(request.organisation).select_related("team")
    return get_object_or_404(invitations, pk=invitation_id)
