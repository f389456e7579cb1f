"""Giving teams seats, capping what they use of a pool, taking them off it."""

from uuid import UUID

from django.http import HttpResponse
from django.shortcuts import get_object_or_404
from django.utils.translation import gettext as _

from orgs.access import OrgRequest, Role, gate
from orgs.words import grouped
from seats.forms.allocations import AllocateForm, CapForm, TakeOffForm, seen_by_product
from seats.models import Allocation
from seats.reports.allocations import said_of
from seats.reports.ending_previews import taking_off
from seats.reports.pool_previews import capping
from seats.services import allocation as allocation_service
from seats.services.giving import give
from seats.services.terms import set_cap
from seats.views.changes import seen_of
from seats.views.pages import Action, act, page_of, sent, typed
from teams.access import visible_team


@gate(Role.ADMIN)
def allocate(request: OrgRequest, team_id: UUID) -> HttpResponse:
    team = visible_team(request, team_id)
    initial = {"seen": seen_by_product(team), "product": request.GET.get("product")}
    form = AllocateForm(request.POST or None, organisation=request.organisation, initial=initial)
    return act(
        request,
        form,
        Action(
            heading=_("Give seats to %(team)s") % {"team": team},
            submit=_("Give seats"),
            parent=page_of(request, team),
            context={"fields_template": "seats/_allocate_fields.html"},
            perform=lambda: said_of(give(actor=request.member, team=team, gift=form.gift())),
            seen=lambda: {"seen": seen_by_product(team)},
        ),
    )


@gate(Role.ADMIN)
def cap(request: OrgRequest, allocation_id: UUID) -> HttpResponse:
    allocation = _allocation(request, allocation_id)
    form = CapForm(sent(request), initial={"cap": allocation.cap, **seen_of(allocation.pool)})

    def perform() -> str:
        data = form.cleaned_data
        set_cap(actor=request.member, allocation=allocation, **data)
        if data["cap"] is None:
            return _("%(team)s has no cap on this pool now.") % {"team": allocation.team}
        numbers = {"team": allocation.team, "cap": grouped(data["cap"])}
        said = _("%(team)s may use up to %(cap)s seats of this pool.") % numbers
        if allocation.used <= data["cap"]:
            return said
        more = _("It uses %(used)s, so nobody new gets in until use falls below the cap.")
        return f"{said} {more % {'used': grouped(allocation.used)}}"

    heading = _("Cap for %(team)s") % {"team": allocation.team}
    action = Action(
        heading=heading,
        submit=_("Set cap"),
        parent=page_of(request, allocation.pool),
        perform=perform,
        preview=lambda: capping(
            allocation, typed(form, "cap") if form.is_bound else allocation.cap
        ),
        seen=lambda: seen_of(allocation.pool),
    )
    return act(request, form, action)


@gate(Role.ADMIN)
def take_off(request: OrgRequest, allocation_id: UUID) -> HttpResponse:
    allocation = _allocation(request, allocation_id)
    form = TakeOffForm(request.POST or None)

    def perform() -> str:
        reason = form.cleaned_data["reason"]
        allocation_service.take_off(actor=request.member, allocation=allocation, reason=reason)
        numbers = {"team": allocation.team, "pool": allocation.pool}
        return _("%(team)s no longer draws on %(pool)s.") % numbers

    numbers = {"team": allocation.team, "pool": allocation.pool}
    action = Action(
        heading=_("Take %(team)s off %(pool)s") % numbers,
        submit=_("Take off"),
        parent=page_of(request, allocation.pool),
        perform=perform,
        preview=lambda: taking_off(allocation),
    )
    return act(request, form, action)


def _allocation(request: OrgRequest, allocation_id: UUID) -> Allocation:
    allocations = Allocation.objects.for_org(request.organisation).current()
    return get_object_or_404(
        allocations.select_related("pool", "pool__product", "team"), pk=allocation_id
    )
