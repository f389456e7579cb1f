"""The worker's own work: what is past its end is booked as expired, by itself."""

from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone
from procrastinate.contrib.django import app
from procrastinate.contrib.django.django_connector import DjangoConnector
from procrastinate.contrib.django.models import ProcrastinateJob

from orgs.models import Member, Organisation
from seatdash import tenancy
from seats import clock, tasks
from seats.models import Allocation, Enrolment
from seats.services import expiry
from seats.services.catalogue import create_product
from seats.services.terms import Terms
from teams.services import create_team
from tests.conftest import Cast
from tests.factories import enrol_new, make_allocation


def lapsed_enrolment(actor: Member) -> Allocation:
    """Let somebody's three days be over, in the organisation of `actor`."""
    with tenancy.scope(actor.organisation_id), clock.telling(timezone.now() - timedelta(days=5)):
        product = create_product(actor=actor, code="DUE-1", name="Due")
        team = create_team(actor=actor, name="Evening class")
        allocation = make_allocation(actor, team, product, terms=Terms(terms_days=3))
        enrol_new(actor, allocation)
    return allocation


def end_reasons(actor: Member) -> list[str]:
    with tenancy.scope(actor.organisation_id):
        return list(Enrolment.objects.values_list("end_reason", flat=True))


def run_the_worker() -> None:
    """Run a real worker, as `manage.py worker` does, until its queue is empty."""
    assert isinstance(app.connector, DjangoConnector)
    with app.replace_connector(app.connector.get_worker_connector()) as working:
        working.run_worker(wait=False, install_signal_handlers=False, listen_notify=False)


def test_worker_expires_what_is_due_in_every_organisation(stage: Cast) -> None:
    for actor in (stage.admin, stage.outsider):
        lapsed_enrolment(actor)
    tasks.expire.configure().defer(timestamp=0)
    run_the_worker()
    assert end_reasons(stage.admin) == ["expired"]
    assert end_reasons(stage.outsider) == ["expired"]
    assert "succeeded" in ProcrastinateJob.objects.filter(
        task_name="seats.tasks.expire"
    ).values_list("status", flat=True)


def test_seat_of_an_expired_enrolment_is_free_again(stage: Cast) -> None:
    allocation = lapsed_enrolment(stage.admin)
    tasks.expire(timestamp=0)
    with tenancy.scope(stage.organisation.pk):
        allocation.pool.refresh_from_db()
    assert allocation.pool.used == 0


def test_running_it_again_changes_nothing(stage: Cast) -> None:
    lapsed_enrolment(stage.admin)
    tasks.expire(timestamp=0)
    tasks.expire(timestamp=0)
    assert end_reasons(stage.admin) == ["expired"]


def test_one_organisation_that_fails_does_not_stop_the_others(
    stage: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    for actor in (stage.admin, stage.outsider):
        lapsed_enrolment(actor)

    def expire_due(*, organisation: Organisation) -> Any:
        if organisation == stage.organisation:
            raise OSError("the disk is full")
        return expiry.expire_due(organisation=organisation)

    monkeypatch.setattr("seats.tasks.expire_due", expire_due)
    with pytest.raises(tasks.NotThroughError, match="north-high"):
        tasks.expire(timestamp=0)
    assert end_reasons(stage.admin) == [""]
    assert end_reasons(stage.outsider) == ["expired"]


def test_expiry_is_due_every_minute(db: None) -> None:
    (periodic,) = (
        each
        for each in app.periodic_registry.periodic_tasks.values()
        if each.task.name == "seats.tasks.expire"
    )
    assert periodic.cron == "* * * * *"
