"""What a counter tells of its movement, and to whom."""

import re

import pytest

from orgs.ids import new_id
from seatdash.feed import Change
from seatdash.live import tokens
from seatdash.live.board import Topic
from seatdash.live.news import gather
from seats.counters import allocation_topic, pool_topic, product_topic
from tests.conftest import Cast
from tests.factories import make_shared_pool
from tests.pages import url

ORGANISATION, PRODUCT, POOL, TEAM = new_id(), new_id(), new_id(), new_id()


def change(
    actor: str = "Amelia Novak", *, used: int = 0, capacity: int = 0, stock: int = 0
) -> Change:
    return Change(ORGANISATION, PRODUCT, POOL, TEAM, actor, used, capacity, stock)


def words(name: str, *changes: Change) -> str:
    topic = Topic(ORGANISATION, name, "en-gb")
    topic.team_id = TEAM
    return gather((topic, each) for each in changes)[topic].words


@pytest.mark.parametrize(
    ("moved", "said"),
    [
        ({"used": 1}, "+1 · Amelia Novak"),
        ({"used": -1200}, "\N{MINUS SIGN}1,200 · Amelia Novak"),
        ({"capacity": 1}, "+1 seat · Amelia Novak"),
        ({"used": 2, "capacity": -5}, "+2, \N{MINUS SIGN}5 seats · Amelia Novak"),
        ({}, ""),
    ],
)
def test_movement_of_a_pool_is_said_in_a_few_words(moved: dict[str, int], said: str) -> None:
    for topic in (pool_topic(POOL), allocation_topic(new_id())):
        assert words(topic, change("Amelia Novak", **moved)) == said


def test_product_tells_what_was_issued_from_what_was_given_out_of_stock() -> None:
    topic = product_topic(PRODUCT)
    assert words(topic, change(stock=20)) == "+20 issued · Amelia Novak"
    assert words(topic, change(stock=-5, capacity=5)) == "+5 allocated · Amelia Novak"
    assert words(topic, change(capacity=5)) == "+5 issued · Amelia Novak"


def test_many_hands_are_one_sum_and_a_few_names() -> None:
    changes = [change(name, used=1) for name in ("Ada", "Ben", "Ada", "Cy", "Di")]
    assert words(pool_topic(POOL), *changes[:2]) == "+2 · Ada, Ben"
    assert words(pool_topic(POOL), *changes) == "+5 · Ada, Ben and 2 more"


def test_what_the_system_did_has_no_name() -> None:
    assert words(pool_topic(POOL), change("", used=-3)) == "\N{MINUS SIGN}3"


def test_movements_that_cancel_out_are_no_news() -> None:
    assert words(pool_topic(POOL), change("Ada", used=1), change("Ben", used=-1)) == ""


def test_team_learns_only_of_its_own_movements() -> None:
    others = [Change(ORGANISATION, PRODUCT, POOL, new_id(), "Ben", used=1)]
    others.append(Change(ORGANISATION, PRODUCT, POOL, None, "Ben", capacity=9))
    topic = allocation_topic(new_id())
    assert words(topic, *others) == ""
    assert words(topic, change(used=1), *others) == "+1 · Amelia Novak"


def test_allocation_of_which_no_team_is_known_tells_nothing() -> None:
    topic = Topic(ORGANISATION, allocation_topic(new_id()), "en-gb")
    nobody = Change(ORGANISATION, PRODUCT, POOL, None, "Ben", used=1)
    assert gather([(topic, nobody)])[topic].words == ""


def test_topic_of_a_kind_to_come_tells_nothing_until_it_is_decided_who_may_know() -> None:
    assert words(f"house-{ORGANISATION}", change(used=1)) == ""


def test_manager_is_granted_allocations_of_own_teams_on_every_page(cast: Cast) -> None:
    """Pools and products tell who did what in all teams, so no page of a manager may follow one."""
    _pool, (mine, _other) = make_shared_pool(cast.admin, cast.product, [cast.team, cast.other_team])
    manager, granted = cast.client(cast.manager), set()
    team = url(cast, "team", cast.team.pk)
    person = url(cast, "person", cast.manager.pk)
    for address in (team, person, url(cast, "teams"), url(cast, "people"), url(cast, "find")):
        answer = manager.get(address)
        assert answer.status_code == 200
        if token := re.search(r'data-live-token="([^"]+)"', answer.content.decode()):
            grant = tokens.read(token[1])
            assert grant is not None
            granted |= set(grant.topics)
    assert granted == {allocation_topic(mine.pk)}
