"""What is kept of deliveries: for a month, and no answer that may name an erased person."""

from datetime import timedelta

from django.db.models import Model

from orgs.models import Member
from seatdash.webhooks.models import Attempt, Delivery
from seatdash.webhooks.services.forgetting import (
    KEPT_FOR,
    forget_answers_about,
    forget_old_deliveries,
)
from seats import clock
from seats.models import LedgerEntry
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
