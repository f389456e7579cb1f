"""Letters: a subject, plain words and the same as simple HTML, in the reader's language."""

import re
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

from django.conf import settings
from django.core.mail import EmailMultiAlternatives
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import timezone, translation
from procrastinate import RetryStrategy
from procrastinate.contrib.django import app

from orgs.models import Member, Organisation, User
from orgs.querysets import MemberQuerySet

# A mail server that is away for a day is waited for: pauses from five seconds to a day.
PAUSES = RetryStrategy(max_attempts=7, exponential_wait=5, retry_exceptions=[OSError])


def send(
    letter: str, *, to: str, organisation: Organisation, reader: User | None, **about: Any
) -> None:
    """Write templates/mail/<letter>.txt and .html to an address; raises as the mail server does."""
    zone = ZoneInfo(organisation.time_zone)
    with translation.override(language_of(reader)), timezone.override(zone):
        context = {"organisation": organisation, "reader": reader, "site": settings.SITE_URL}
        context |= about
        subject = render_to_string(f"mail/{letter}_subject.txt", context)
        message = EmailMultiAlternatives(
            # A line break would begin another header.
            subject=" ".join(subject.split()),
            body=re.sub(r"\n{3,}", "\n\n", render_to_string(f"mail/{letter}.txt", context)).strip(),
            to=[to],
        )
        message.attach_alternative(render_to_string(f"mail/{letter}.html", context), "text/html")
    message.send()


def send_to(
    member: Member | None, letter: str, *, organisation: Organisation, **about: Any
) -> None:
    """Write a letter to a member, as `send`; to nobody who has gone or does not sign in."""
    user = member.user if member else None
    if user and user.is_active:
        send(letter, to=user.email, organisation=organisation, reader=user, **about)


def write_to_each(members: MemberQuerySet, task: str, organisation_id: UUID, **of: UUID) -> None:
    """Have the worker write to each of these members who signs in, by the task of this name.

    It is given all ids as texts, the reader's as `member_id`. What is rolled back is not written.
    """
    of_all = {name: str(pk) for name, pk in of.items()} | {"organisation_id": str(organisation_id)}
    readers = members.signing_in().values_list("pk", flat=True)
    jobs: list[Any] = [of_all | {"member_id": str(pk)} for pk in readers]
    if jobs:
        app.configure_task(task).batch_defer(*jobs)


def language_of(reader: User | None) -> str:
    """Return the language that somebody has chosen, or the installation's own."""
    chosen = reader.language if reader else ""
    return chosen if chosen in dict(settings.LANGUAGES) else str(settings.LANGUAGE_CODE)


def address_of(name: str, *args: Any) -> str:
    """Return the whole address of a page, for a letter."""
    return f"{settings.SITE_URL}{reverse(name, args=args)}"
