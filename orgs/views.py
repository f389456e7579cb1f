"""Where one lands after signing in, and what an organisation decides for itself."""

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from orgs.access import OrgRequest, Role, gate
from orgs.errors import UnknownTimeZone
from orgs.forms import LanguageForm, SettingsForm
from orgs.languages import remember
from orgs.models import Member
from orgs.services import change_settings, choose_language
from seatdash import tenancy


@login_required
@require_safe
def home(request: HttpRequest) -> HttpResponse:
    """Go to one's organisation, or choose among several."""
    # A user's own memberships, in whatever organisations.
    with tenancy.system():
        found = Member.objects.active().filter(user=request.user.pk)
        memberships = list(found.select_related("organisation").order_by("organisation__name"))
    if len(memberships) == 1 and "choose" not in request.GET:
        return redirect(_start(memberships[0]))
    choices = [(member, _start(member)) for member in memberships]
    return render(request, "orgs/choose.html", {"choices": choices})


@require_POST
def language(request: HttpRequest) -> HttpResponse:
    """Choose the language, and go back to where one was."""
    form = LanguageForm(request.POST)
    url = request.POST.get("next", "")
    is_ours = url_has_allowed_host_and_scheme(url, None, require_https=False)
    response = redirect(url if is_ours else "home")
    if form.is_valid():
        chosen = form.cleaned_data["language"]
        if request.user.is_authenticated:
            choose_language(actor=request.user, language=chosen)
        remember(response, chosen)
    return response


def _start(member: Member) -> str:
    """Managers begin at their teams, the others at the overview."""
    return reverse("overview" if member.role else "teams", args=[member.organisation.slug])


@gate(Role.ADMIN)
def settings(request: OrgRequest) -> HttpResponse:
    """Show the organisation's settings, and change them."""
    form = SettingsForm.of(request.organisation, request.POST or None)
    if form.is_valid() and _changed(request, form):
        messages.success(request, _("The settings are saved."))
        return redirect(request.path)
    status = 422 if form.errors else 200
    return render(request, "orgs/settings.html", {"form": form}, status=status)


def _changed(request: OrgRequest, form: SettingsForm) -> bool:
    try:
        change_settings(actor=request.member, **form.cleaned_data)
    except UnknownTimeZone as refusal:
        form.add_error("time_zone", f"{refusal.title} {refusal.detail}")
        return False
    return True
