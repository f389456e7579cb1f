"""A person is erased: what shops said of them is forgotten, and what was done for them stays."""

from uuid import UUID

from django.db.models import Q

from orgs.models import Member
from seatdash.orders.models import CustomerRule, Order, OrderMessage
from seatdash.orders.querysets import MessageQuerySet

AT_A_TIME = 100


def forget_customer(member: Member) -> None:
    """Forget an address, with its name, in orders, messages and the mapping.

    One of `ERASERS` of seats.services.erasing: within its transaction, while the address is known.
    """
    orders = Order.objects.for_org(member.organisation_id)
    theirs = orders.filter(customer_email__iexact=member.email)
    messages = OrderMessage.objects.for_org(member.organisation_id)
    messages.filter(Q(order__in=theirs) | Q(pk__in=_naming(messages, member))).forget()
    CustomerRule.objects.for_org(member.organisation_id).filter(
        customer=member.email.lower()
    ).delete()
    orders.filter(problem__icontains=member.email).update(problem="")
    theirs.update(customer_email="", customer_name="", customer_company="", customer_id="")


def _naming(messages: MessageQuerySet, member: Member) -> list[UUID]:
    """Return the messages whose text has the address, those that nobody understood too."""
    address = member.email.lower().encode()
    bodies = messages.values_list("pk", "body").iterator(AT_A_TIME)
    return [pk for pk, body in bodies if address in bytes(body).lower()]
