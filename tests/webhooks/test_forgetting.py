"""What is kept of deliveries: for a month, and no answer that may name an erased person."""

import json
from datetime import timedelta

from django.db.models import Model

from orgs.models import Member, Organisation
from seatdash.webhooks.models import Attempt, Delivery
from seatdash.webhooks.payloads import bodies_of
from seatdash.webhooks.services.forgetting import (
    KEPT_FOR,
    forget_answers_about,
    forget_old_deliveries,
)
from seats import clock
from seats.models import LedgerEntry
from seats.services.enrolment import enrol
from seats.services.erasing import erase
from teams.services import Person, join
from tests.conftest import Cast
from tests.factories import enrol_new, make_allocation, make_delivery


def counts(*models: type[Model]) -> list[int]:
    return [model._base_manager.count() for model in models]


def test_deliveries_are_forgotten_after_a_month_with_their_attempts(cast: Cast) -> None:
    make_delivery(cast.admin)
    with clock.telling(clock.now() + KEPT_FOR - timedelta(hours=1)):
        assert forget_old_deliveries(organisation=cast.organisation) == 0
    with clock.telling(clock.now() + KEPT_FOR + timedelta(hours=1)):
        assert forget_old_deliveries(organisation=cast.organisation) == 1
    assert counts(Delivery, Attempt) == [0, 0]


def test_what_still_waits_is_not_forgotten(cast: Cast) -> None:
    make_delivery(cast.admin)
    Delivery.objects.update(state="waiting")
    with clock.telling(clock.now() + 2 * KEPT_FOR):
        assert forget_old_deliveries(organisation=cast.organisation) == 0


def test_answers_to_events_about_a_person_are_forgotten_and_others_kept(cast: Cast) -> None:
    allocation = make_allocation(cast.admin, cast.team, cast.product)
    (line,) = enrol_new(cast.admin, allocation)
    about, other = make_delivery(cast.admin), make_delivery(cast.admin)
    entry = LedgerEntry.objects.get(enrolment=line.enrolment_id)
    Delivery.objects.filter(pk=about.pk).update(about=entry.pk)
    Attempt.objects.update(answer="hello kim@north.example")
    forget_answers_about(Member.objects.get(pk=line.member_id))
    kept = dict(Attempt.objects.values_list("delivery", "answer"))
    assert kept == {about.pk: "", other.pk: "hello kim@north.example"}


def test_message_about_an_erased_person_names_them_no_more(cast: Cast) -> None:
    allocation = make_allocation(cast.admin, cast.team, cast.product)
    (kim,) = join(actor=cast.admin, team=cast.team, people=[Person("kim@north.example", "Kim Lee")])
    enrol(actor=cast.admin, allocation=allocation, members=[kim], reason="Kim Lee asked for it")
    about = Delivery(type="enrolment.created", about=LedgerEntry.objects.get(member=kim).pk)
    assert "Kim Lee asked" in bodies_of([about])[about.pk]
    Attempt.objects.filter(delivery=make_delivery(cast.admin).pk).update(answer="Kim Lee")
    Delivery.objects.update(about=about.about)
    erase(actor=cast.admin, member=Member.objects.get(pk=kim))
    body = bodies_of([about])[about.pk]
    assert "Kim" not in body
    assert "kim@" not in body
    assert json.loads(body)["data"]["pool"]["used"] == 1
    assert Attempt.objects.get().answer == ""


def test_message_says_neither_who_nor_why_of_what_is_no_longer_kept(cast: Cast) -> None:
    allocation = make_allocation(cast.admin, cast.team, cast.product)
    enrol_new(cast.admin, allocation)
    entry = LedgerEntry.objects.get(kind="enrolled")
    about = Delivery(type="enrolment.created", about=entry.pk)
    Organisation.objects.filter(pk=cast.organisation.pk).update(activity_months=1)
    with clock.telling(entry.at + timedelta(days=70)):
        data = json.loads(bodies_of([about])[about.pk])["data"]
    assert (data["actor"], data["member"], data["entry"]["reason"]) == (None, None, "")
    assert data["pool"]["used"] == 1
