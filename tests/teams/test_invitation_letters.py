"""The letter of an invitation: sent by the worker, once, and only while the link is good."""

from datetime import datetime
from typing import Any

import pytest
from django.core import mail
from django.db import transaction
from django.utils import timezone
from procrastinate.contrib.django.models import ProcrastinateJob

from seatdash import tenancy
from teams import tasks
from teams.models import Invitation
from teams.services.invitation_links import token_of
from teams.services.invitations import invite, send_again
from tests.conftest import Cast
from tests.teams.inviting import EMAIL, FINANCE, later, over


def html_of(letter: mail.EmailMessage) -> str:
    assert isinstance(letter, mail.EmailMultiAlternatives)
    ((html, kind),) = letter.alternatives
    assert kind == "text/html"
    return str(html)


def job_of(invitation: Invitation) -> dict[str, Any]:
    return ProcrastinateJob.objects.order_by("pk").values_list("args", flat=True).last() or {}


def test_letter_waits_for_the_worker_and_is_sent_once(invitation: Invitation) -> None:
    assert mail.outbox == []
    tasks.mail_invitation(**job_of(invitation))
    (letter,) = mail.outbox
    assert letter.to == [EMAIL]
    assert letter.subject == "admin@north.example invites you to North High School"
    link = f"http://127.0.0.1:8000/invitation/{token_of(invitation)}/"
    assert link in str(letter.body)
    assert f'href="{link}"' in html_of(letter)


def test_what_is_rolled_back_sends_no_letter(stage: Cast) -> None:
    jobs = ProcrastinateJob.objects.filter(args__organisation_id=str(stage.organisation.pk))
    with tenancy.scope(stage.organisation.pk):
        invite(actor=stage.admin, email=EMAIL, role=FINANCE)
        transaction.set_rollback(True)
    assert not jobs.exists()
    invite(actor=stage.admin, email=EMAIL, role=FINANCE)
    assert jobs.count() == 1


@pytest.mark.parametrize("how", ["withdrawn", "used", "ended"])
def test_letter_of_an_invitation_that_is_over_is_not_sent(
    cast: Cast, invitation: Invitation, how: str
) -> None:
    over(cast, invitation, how)
    tasks.mail_invitation(**job_of(invitation))
    assert mail.outbox == []


def test_letter_that_waited_while_it_was_sent_again_is_not_sent(
    cast: Cast, invitation: Invitation
) -> None:
    first = job_of(invitation)
    later(invitation, minutes=2)
    send_again(actor=cast.admin, invitation=invitation)
    tasks.mail_invitation(**first)
    assert mail.outbox == []
    tasks.mail_invitation(**job_of(invitation))
    assert len(mail.outbox) == 1


def test_names_break_neither_header_nor_page(cast: Cast) -> None:
    cast.organisation.name = "<b>North</b>\nBcc: x@evil.example"
    cast.organisation.save()
    invitation = invite(actor=cast.admin, email=EMAIL, role=FINANCE)
    tasks.mail_invitation(**job_of(invitation))
    (letter,) = mail.outbox
    assert letter.subject.endswith("<b>North</b> Bcc: x@evil.example")
    assert "<b>North" not in html_of(letter)
    assert "<b>North</b>" in str(letter.body)


def seconds_until(moment: datetime) -> int:
    return round((moment - timezone.now()).total_seconds())


def test_mail_server_that_fails_is_tried_again_with_pauses(
    cast: Cast, invitation: Invitation, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(*_args: object) -> int:
        raise ConnectionRefusedError("the mail server is away")

    monkeypatch.setattr("django.core.mail.backends.locmem.EmailBackend.send_messages", refuse)
    with pytest.raises(ConnectionRefusedError) as failure:
        tasks.mail_invitation(**job_of(invitation))
    strategy = tasks.mail_invitation.retry_strategy
    assert strategy
    pauses = []
    for attempts in range(8):
        job = type("Job", (), {"attempts": attempts})()
        decision = strategy.get_retry_decision(exception=failure.value, job=job)
        pauses.append(decision and decision.retry_at and seconds_until(decision.retry_at))
    assert pauses == [5, 25, 125, 625, 3125, 15625, 78125, None]
