"""The ticket that a message carries, for the button that undoes what it tells of."""

from django import template
from django.contrib.messages.storage.base import Message

PREFIX = "undo:"

register = template.Library()


def undo_tag(ticket: str) -> str:
    """Return the tag of a message that carries a ticket, '' for none."""
    return ticket and PREFIX + ticket


@register.filter
def undo_ticket(message: Message) -> str:
    """Return the ticket that a message carries, '' for none."""
    tags = str(message.extra_tags or "")
    return tags.removeprefix(PREFIX) if tags.startswith(PREFIX) else ""
