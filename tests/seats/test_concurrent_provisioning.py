"""Orders that arrive at the same moment: one team, every seat, and no deadlock for a caller."""

from functools import partial

from seats.books import check
from seats.models import Pool
from seats.services.catalogue import create_product
from seats.services.provisioning import (
    MemberPart,
    Provision,
    Provisioned,
    SeatsPart,
    TeamPart,
    provision,
)
from teams.models import Team
from tests.conftest import Cast
from tests.seats.meanwhile import in_a_page, seen_by
from tests.threads import at_once


def test_orders_for_a_new_team_make_it_once_and_add_up(stage: Cast) -> None:
    with seen_by(stage):
        other = create_product(actor=stage.admin, code="BIZ-200", name="Business")
    parts = [SeatsPart(product=code, seats=5) for code in (stage.product.code, other.code)]
    people = [MemberPart(email=f"{name}@north.example") for name in ("kim", "lee", "max")]
    asked = [
        Provision(
            team=TeamPart(external_id="crm-881", name="Year 9"),
            seats=tuple(parts[::turn]),
            members=tuple(people[::turn]),
        )
        for turn in (1, -1) * 4
    ]
    # As a page or the API does it, where nothing is tried again.
    works = [in_a_page(stage, partial(provision, actor=stage.admin, order=each)) for each in asked]
    assert [type(answer) for answer in at_once(*works)] == [Provisioned] * 8
    with seen_by(stage):
        team = Team.objects.get(external_id="crm-881")
        assert team.memberships.count() == 3
        assert [pool.capacity for pool in Pool.objects.all()] == [40, 40]
        assert check(stage.organisation).holds
