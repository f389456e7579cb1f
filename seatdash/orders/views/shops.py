"""Shops: adding one, its page, its secret, and pausing it."""

from uuid import UUID

from django.conf import settings
from django.forms import Form
from django.http import HttpResponse, HttpResponseNotAllowed
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from orgs.access import OrgRequest, Role, gate
from seatdash.orders.forms.shops import KeyForm, NewShopForm, SecretForm, ShopForm
from seatdash.orders.models import OrderMessage, Source
from seatdash.orders.services import sources as service
from seatdash.orders.shops import SHOPS
from seatdash.orders.views.orders import orders_tab
from seats.views.pages import Action, act, go

MOST_RULES, MOST_MESSAGES = 500, 20


@gate(Role.ADMIN)
@require_safe
def shop(request: OrgRequest, source_id: UUID) -> HttpResponse:
    source = shop_of(request, source_id)
    latest = OrderMessage.objects.filter(source=source).order_by("-received_at", "-id")
    products = source.product_rules.select_related("product", "pool").order_by("external")
    context = {
        "source": source,
        "address": hook_address(source),
        "products": products[:MOST_RULES],
        "customers": source.customer_rules.select_related("team").order_by("customer")[:MOST_RULES],
        "latest": latest.select_related("order").defer("body")[:MOST_MESSAGES],
        "own_secret": SHOPS[source.kind].own_secret,
    }
    return render(request, "orders/shop.html", context)


@gate(Role.ADMIN)
def new_shop(request: OrgRequest) -> HttpResponse:
    form = NewShopForm(request.POST or None)
    made: list[tuple[Source, str]] = []

    def perform() -> str:
        made.append(service.add_source(actor=request.member, **form.cleaned_data))
        return _("Added %(shop)s. Next, let it send its orders here.") % {"shop": made[0][0]}

    action = Action(
        heading=_("Add a shop"), submit=_("Add shop"), parent=orders_tab(request), perform=perform
    )
    answer = act(request, form, action)
    if not made:
        return answer
    source, secret = made[0]
    return _show_secret(request, source, secret) if secret else go(request, _page(request, source))


@gate(Role.ADMIN)
def change_shop(request: OrgRequest, source_id: UUID) -> HttpResponse:
    source = shop_of(request, source_id)
    initial = {name: getattr(source, name) for name in ShopForm.base_fields}
    form = ShopForm(request.POST or None, initial=initial)

    def perform() -> str:
        service.change_source(actor=request.member, source=source, **form.cleaned_data)
        return _("Saved.")

    action = Action(
        heading=_("Change %(shop)s") % {"shop": source},
        submit=_("Save"),
        parent=(source.name, _page(request, source)),
        perform=perform,
    )
    return act(request, form, action)


@gate(Role.ADMIN)
def shop_secret(request: OrgRequest, source_id: UUID) -> HttpResponse:
    """Paste the secret that the shop made; or have a new one made, and see it once."""
    source = shop_of(request, source_id)
    is_pasted = SHOPS[source.kind].own_secret
    form = (SecretForm if is_pasted else Form)(request.POST if request.method == "POST" else None)
    made: list[str] = []

    def perform() -> str:
        if isinstance(form, SecretForm):
            service.set_secret(actor=request.member, source=source, **form.cleaned_data)
            return _("The secret is kept. Messages signed with another are refused.")
        made.append(service.renew_secret(actor=request.member, source=source))
        return _("The secret was renewed. The one before is refused from now on.")

    action = Action(
        heading=_("Set the secret of %(shop)s") if is_pasted else _("Renew the secret of %(shop)s"),
        intro="" if is_pasted else _("The shop's messages are refused until it has the new one."),
        submit=_("Keep secret") if is_pasted else _("Renew secret"),
        parent=(source.name, _page(request, source)),
        perform=perform,
    )
    answer = act(request, form, _named(action, source))
    return _show_secret(request, source, made[0]) if made else answer


@gate(Role.ADMIN)
def shop_key(request: OrgRequest, source_id: UUID) -> HttpResponse:
    source = shop_of(request, source_id)
    form = KeyForm(request.POST if request.method == "POST" else None)

    def perform() -> str:
        key = form.cleaned_data["key"]
        service.set_api_key(actor=request.member, source=source, key=key)
        return _("The key is kept.") if key else _("The key is forgotten.")

    action = Action(
        heading=_("API key of %(shop)s") % {"shop": source},
        intro=_(
            "Stripe's message does not say what was bought. With a restricted key that may read"
            " Checkout Sessions, seatdash asks for it."
        ),
        submit=_("Keep key"),
        parent=(source.name, _page(request, source)),
        perform=perform,
    )
    return act(request, form, action)


@gate(Role.ADMIN)
def pause_shop(request: OrgRequest, source_id: UUID) -> HttpResponse:
    """Pause a shop, or go on with one that is paused."""
    source = shop_of(request, source_id)
    if request.method != "POST":
        return HttpResponseNotAllowed(["POST"])
    verb = service.resume if source.paused_at else service.pause
    verb(actor=request.member, source=source)
    return redirect(_page(request, source))


def shop_of(request: OrgRequest, source_id: UUID) -> Source:
    """Return a shop of the organisation; 404 for any other."""
    return get_object_or_404(Source.objects.for_org(request.organisation), pk=source_id)


def hook_address(source: Source) -> str:
    """Return the address that is pasted in the shop."""
    return f"{settings.SITE_URL}{reverse('hook', args=[source.pk])}"


def _page(request: OrgRequest, source: Source) -> str:
    return reverse("shop", args=[request.organisation.slug, source.pk])


def _named(action: Action, source: Source) -> Action:
    return Action(**{**vars(action), "heading": action.heading % {"shop": source}})


def _show_secret(request: OrgRequest, source: Source, secret: str) -> HttpResponse:
    context = {
        "source": source,
        "secret": secret,
        "address": hook_address(source),
        "next_url": _page(request, source),
    }
    template = "orders/_secret.html" if request.htmx else "orders/secret.html"
    return render(request, template, context)
