"""What the tests of concurrency have in common."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import partial
from typing import Any
from uuid import UUID

from seatdash import tenancy
from seats.models import Allocation, Pool
from seats.services.enrolment import enrol
from seats.services.terms import Terms
from tests.conftest import Cast
from tests.factories import make_allocation, make_learners

AGAIN = range(8)


@contextmanager
def seen_by(cast: Cast) -> Iterator[None]:
    with tenancy.scope(cast.organisation.pk):
        yield


def in_a_page(cast: Cast, action: Callable[[], Any]) -> Callable[[], Any]:
    """Do it as a page does: within the gate's transaction, where nothing is tried again."""

    def within() -> Any:
        with tenancy.scope(cast.organisation.pk):
            return action()

    return within


def prepare(
    stage: Cast, seats: int | None = 10, learners: int = 1, terms: Terms | None = None
) -> tuple[Allocation, list[UUID]]:
    with seen_by(stage):
        allocation = make_allocation(stage.admin, stage.team, stage.product, seats, terms)
        return allocation, make_learners(stage.admin, stage.team, learners)


def pool_of(stage: Cast, allocation: Allocation) -> Pool:
    with seen_by(stage):
        return Pool.objects.get(pk=allocation.pool_id)


def one(stage: Cast, allocation: Allocation, member: UUID) -> Callable[[], Any]:
    return partial(enrol, actor=stage.admin, allocation=allocation, members=[member])
