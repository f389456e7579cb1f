"""Shops, their mapping, their messages, and the orders that these tell of."""

from seatdash.orders.models.orders import (
    Order,
    OrderDeed,
    OrderLine,
    OrderMessage,
    OrderRefund,
)
from seatdash.orders.models.sources import CustomerRule, ProductRule, Source

__all__ = [
    "CustomerRule",
    "Order",
    "OrderDeed",
    "OrderLine",
    "OrderMessage",
    "OrderRefund",
    "ProductRule",
    "Source",
]
