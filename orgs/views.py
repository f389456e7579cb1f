"""Where one lands after signing in, and what an organisation decides for itself."""

from typing import cast

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from orgs.access import OrgRequest, Role, gate
from orgs.errors import CurrencyInUse, UnknownTimeZone
from orgs.forms import LanguageForm, PrivacyForm, SettingsForm
from orgs.languages import remember
from orgs.models import User
from orgs.navigation import places_of
from orgs.services import change_privacy, change_settings, choose_language
from seatdash import tenancy


@login_required
@require_safe
def home(request: HttpRequest) -> HttpResponse:
    """Go to one's organisation, or choose among several."""
    # A user's own memberships, in whatever organisations.
    with tenancy.system():
        places = places_of(cast("User", request.user))
    if len(places) == 1 and "choose" not in request.GET:
        return redirect(places[0][1])
    return render(request, "orgs/choose.html", {"places": places})


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


@gate(Role.ADMIN)
def settings(request: OrgRequest) -> HttpResponse:
    """Show the organisation's settings, and change them."""
    form = SettingsForm.of(request.organisation, request.POST or None)
    if form.is_valid() and _changed(request, form):
        messages.success(request, _("The settings are saved."))
        return redirect(request.path)
    status = 422 if form.errors else 200
    return render(request, "orgs/settings.html", {"form": form}, status=status)


@gate(Role.ADMIN)
def privacy(request: OrgRequest) -> HttpResponse:
    """Show for how long it is told who did what, and change it."""
    initial = {"activity_months": request.organisation.activity_months}
    form = PrivacyForm(request.POST or None, initial=initial)
    if form.is_valid():
        change_privacy(actor=request.member, **form.cleaned_data)
        messages.success(request, _("The settings are saved."))
        return redirect(request.path)
    status = 422 if form.errors else 200
    return render(request, "orgs/privacy.html", {"form": form}, status=status)


def _changed(request: OrgRequest, form: SettingsForm) -> bool:
    try:
        change_settings(actor=request.member, **form.cleaned_data)
    except UnknownTimeZone as refusal:
        form.add_error("time_zone", f"{refusal.title} {refusal.detail}")
    except CurrencyInUse as refusal:
        form.add_error("currency", f"{refusal.title} {refusal.detail}")
    return form.is_valid()
