"""What admins and managers are told of requests: by letter, and in the navigation of every page."""

from typing import Any

import pytest
from django.core import mail
from django.db import transaction
from django.test import Client
from procrastinate.contrib.django import app
from procrastinate.contrib.django.models import ProcrastinateJob

from orgs.models import Member, User
from orgs.services import change_role
from seatdash import tenancy
from seats import clock, tasks
from seats.models import SeatRequest
from seats.services.requests import approve, ask, decline
from tests.conftest import Cast
from tests.factories import make_member
from tests.pages import queries, text, url


@pytest.fixture
def asked(cast: Cast) -> SeatRequest:
    return asks(cast)


def asks(cast: Cast, by: Member | None = None) -> SeatRequest:
    manager = by or cast.manager
    return ask(actor=manager, team=cast.team, product=cast.product, seats=5, reason="new class")


def jobs(cast: Cast) -> list[tuple[str, dict[str, Any]]]:
    mine = ProcrastinateJob.objects.filter(args__organisation_id=str(cast.organisation.pk))
    return list(mine.order_by("pk").values_list("task_name", "args"))


def post(cast: Cast) -> list[mail.EmailMessage]:
    """Do what the worker does with all that waits, and answer the letters."""
    mail.outbox.clear()
    for name, args in jobs(cast):
        app.tasks[name](**args)
    return list(mail.outbox)


def test_every_admin_who_signs_in_gets_the_request(cast: Cast) -> None:
    change_role(actor=cast.admin, member=cast.finance, role=Member.Role.ADMIN)
    make_member(cast.organisation, "nobody@north.example", role="admin")
    asks(cast)
    letters = post(cast)
    assert {to for letter in letters for to in letter.to} == {cast.admin.email, cast.finance.email}
    (words,) = {str(letter.body) for letter in letters}
    assert "Manager A asks for 5 seats of Accounting for Beginners for Classroom A" in words
    assert "“new class”" in words
    assert "http://127.0.0.1:8000/o/north-high/requests/" in words


def test_admin_who_asks_is_not_told_what_they_asked(cast: Cast) -> None:
    asks(cast, by=cast.admin)
    assert post(cast) == []


def test_approval_reaches_who_asked(cast: Cast, asked: SeatRequest) -> None:
    approve(actor=cast.admin, request=asked, answer="Enjoy <it>")
    (letter,) = post(cast)
    assert letter.to == [cast.manager.email]
    assert letter.subject == "Approved: Accounting for Beginners for Classroom A"
    assert "“Enjoy <it>”" in str(letter.body)
    assert f"/o/north-high/teams/{cast.team.pk}/" in str(letter.body)
    assert isinstance(letter, mail.EmailMultiAlternatives)
    assert "Enjoy &lt;it&gt;" in str(letter.alternatives[0][0])


def test_refusal_reaches_who_asked_with_the_word(cast: Cast, asked: SeatRequest) -> None:
    decline(actor=cast.admin, request=asked, answer="No budget before May")
    (letter,) = post(cast)
    assert letter.subject == "Declined: Accounting for Beginners for Classroom A"
    assert "No budget before May" in str(letter.body)


def test_letter_is_in_the_readers_language(cast: Cast, asked: SeatRequest) -> None:
    User.objects.filter(memberships=cast.admin).update(language="de")
    (letter,) = post(cast)
    assert isinstance(letter, mail.EmailMultiAlternatives)
    assert 'lang="de"' in str(letter.alternatives[0][0])


def test_who_has_lost_the_sign_in_gets_no_letter(cast: Cast, asked: SeatRequest) -> None:
    User.objects.filter(memberships__in=[cast.admin, cast.manager]).update(is_active=False)
    decline(actor=cast.admin, request=asked, answer="no")
    assert post(cast) == []


def test_request_that_is_not_booked_is_not_told(stage: Cast) -> None:
    with tenancy.scope(stage.organisation.pk):
        asks(stage)
        transaction.set_rollback(True)
    assert jobs(stage) == []
    asks(stage)
    assert [name for name, _args in jobs(stage)] == ["seats.tasks.mail_request"]


def test_story_of_the_past_is_no_news(cast: Cast) -> None:
    with clock.telling(clock.now()):
        decline(actor=cast.admin, request=asks(cast), answer="no")
    assert jobs(cast) == []


def test_mail_server_that_is_away_stops_neither_page_nor_worker(
    cast: Cast, asked: SeatRequest, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(*_args: object) -> int:
        raise TimeoutError("the mail server is away")

    monkeypatch.setattr("django.core.mail.backends.locmem.EmailBackend.send_messages", refuse)
    declined = url(cast, "decline", asked.pk)
    answer = cast.client(cast.admin).post(declined, {"answer": "no"})
    assert answer.status_code == 302
    with pytest.raises(TimeoutError):
        post(cast)
    assert tasks.mail_answer.retry_strategy is not None


# In the page


def badge(client: Client, address: str) -> str:
    """Return the number beside Requests in the navigation."""
    content = client.get(address).content.decode()
    link = content.partition('/requests/"')[2].partition("</a>")[0]
    return link.partition('class="count">')[2].partition("<")[0]


def test_admin_sees_on_every_page_how_many_wait(cast: Cast) -> None:
    admin = cast.client(cast.admin)
    people = url(cast, "people")
    assert badge(admin, people) == ""
    asked = asks(cast)
    assert badge(admin, people) == "1"
    decline(actor=cast.admin, request=asked, answer="no")
    assert badge(admin, people) == ""


def test_asker_sees_a_new_answer_until_it_is_read(cast: Cast, asked: SeatRequest) -> None:
    manager, other = cast.client(cast.manager), cast.client(cast.other_manager)
    teams, requests = url(cast, "teams"), url(cast, "requests")
    assert badge(manager, teams) == ""
    decline(actor=cast.admin, request=asked, answer="No budget before May")
    assert (badge(manager, teams), badge(other, teams)) == ("1", "")
    assert "New Declined 5 seats" in text(manager.get(requests))
    assert badge(manager, teams) == "1"
    assert manager.post(url(cast, "read-answers"))["Location"] == requests
    assert badge(manager, teams) == ""
    assert "New" not in text(manager.get(requests))


def test_page_of_requests_lets_admins_answer_and_managers_read_their_own(
    cast: Cast, asked: SeatRequest
) -> None:
    admin = text(cast.client(cast.admin).get(url(cast, "requests")))
    assert "Manager A asks for 5 seats of Accounting for Beginners for Classroom A" in admin
    assert "Approve" in admin
    manager = text(cast.client(cast.manager).get(url(cast, "requests")))
    assert "asks for 5 seats" in manager
    assert "Approve" not in manager
    other = text(cast.client(cast.other_manager).get(url(cast, "requests")))
    assert "Classroom A" not in other


def test_queries_do_not_grow_with_the_requests(cast: Cast, asked: SeatRequest) -> None:
    admin = cast.client(cast.admin)
    few = queries(admin, url(cast, "requests"))
    for _ in range(5):
        decline(actor=cast.admin, request=SeatRequest.objects.undecided().get(), answer="no")
        asks(cast)
    assert queries(admin, url(cast, "requests")) == few
