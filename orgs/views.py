"""Where one lands after signing in."""

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_safe

from orgs.models import Member
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


def _start(member: Member) -> str:
    """Managers begin at their teams, the others at the overview."""
    return reverse("overview" if member.role else "teams", args=[member.organisation.slug])
