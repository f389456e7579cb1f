"""R6 in small: a receiver that fails half the time is told everything, in order for each pool."""

from orgs.models import Member
from seatdash import tenancy
from tests.conftest import Cast
from tests.endure import telling
from tests.endure.place import Place
from tests.factories import make_learners, make_shared_pool


def make_small_place(stage: Cast) -> Place:
    teams = [stage.team, stage.other_team]
    with tenancy.scope(stage.organisation.pk):
        made = [make_shared_pool(stage.admin, stage.product, teams, 6)]
        people = list(Member.objects.filter(pk=stage.finance.pk))
        belonging = {team.pk: make_learners(stage.admin, team, 8) for team in teams}
    pools = [pool for pool, _allocations in made]
    allocations = [each for _pool, allocations in made for each in allocations]
    return Place(stage.admin, [stage.product], teams, people, pools, allocations, belonging)


def test_receiver_that_fails_half_the_time_is_told_everything_in_order(stage: Cast) -> None:
    told = telling.run(make_small_place(stage), 8, seed=6)
    assert told.differences == [], telling.tell(told)
    assert told.refused > 5
    assert told.expected > 10
