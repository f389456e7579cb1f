"""What the list of orders is narrowed by."""

from typing import Any

from django import forms
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from orgs.filters import ListFilter, SearchInput
from seatdash.orders.models import Order
from seatdash.orders.querysets import OrderQuerySet

SEARCHED = (
    "number",
    "vendor_id",
    "customer_email",
    "customer_name",
    "customer_company",
    "customer_id",
)


class OrdersFilter(ListFilter):
    q = forms.CharField(
        label=_("Order or customer"), required=False, max_length=200, widget=SearchInput()
    )
    state = forms.ChoiceField(
        label=_("State"), required=False, choices=[("", _("Any")), *Order.State.choices]
    )

    def __init__(self, data: Any) -> None:
        super().__init__(data, name="orders")

    def narrow(self, orders: OrderQuerySet) -> OrderQuerySet:
        """Keep the orders that are asked for."""
        asked = self.asked
        if asked["q"]:
            words = asked["q"].replace("\0", "")
            found = Q()
            for column in SEARCHED:
                found |= Q(**{f"{column}__icontains": words})
            orders = orders.filter(found)
        return orders.filter(state=asked["state"]) if asked["state"] else orders
