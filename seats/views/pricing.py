"""What a product costs, and where a team's seats are charged to."""

from uuid import UUID

from django.http import HttpResponse
from django.shortcuts import get_object_or_404
from django.utils import timezone
from django.utils.translation import gettext as _

from orgs.access import OrgRequest, Role, gate
from seats.forms.pricing import CostCentreForm, PriceForm
from seats.models import Product
from seats.reports.prices import words_of
from seats.services.pricing import set_price
from seats.views.pages import Action, act, page_of
from teams.access import visible_team
from teams.services.changing import set_cost_centre


@gate(Role.ADMIN)
def price(request: OrgRequest, product_id: UUID) -> HttpResponse:
    product = get_object_or_404(Product.objects.for_org(request.organisation), pk=product_id)
    currency, today = request.organisation.currency, timezone.localdate()
    form = PriceForm(request.POST or None, currency=currency, initial={"since": today})

    def perform() -> str:
        made = set_price(actor=request.member, product=product, **form.cleaned_data)
        words = {"product": product.name, "price": words_of(made)}
        return _("%(product)s: %(price)s.") % words

    action = Action(
        heading=_("Price of %(product)s") % {"product": product.name},
        intro=_("What statements charge teams for it."),
        submit=_("Set price"),
        parent=page_of(request, product),
        perform=perform,
    )
    return act(request, form, action)


@gate(Role.ADMIN)
def cost_centre(request: OrgRequest, team_id: UUID) -> HttpResponse:
    team = visible_team(request, team_id)
    form = CostCentreForm(request.POST or None, initial={"cost_centre": team.cost_centre})

    def perform() -> str:
        set_cost_centre(actor=request.member, team=team, **form.cleaned_data)
        return _("Saved.")

    action = Action(
        heading=_("Cost centre of %(team)s") % {"team": team},
        submit=_("Save"),
        parent=page_of(request, team),
        perform=perform,
    )
    return act(request, form, action)
