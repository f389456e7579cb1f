"""What a page may see live travels with it, signed and for a short time."""

import time
from datetime import UTC, datetime

import pytest
from django.test import override_settings

from orgs.ids import new_id
from seatdash.live import tokens

ORGANISATION, MEMBER = new_id(), new_id()
RIGHTS = datetime(2026, 11, 23, 8, 30, 0, 123456, tzinfo=UTC)
TOPICS = (f"pool-{new_id()}", f"allocation-{new_id()}", f"product-{new_id()}")


def make(topics: tuple[str, ...] = TOPICS, slug: str = "north-high") -> str:
    return tokens.make(
        organisation_id=ORGANISATION,
        slug=slug,
        member_id=MEMBER,
        rights_changed_at=RIGHTS,
        language="de",
        topics=topics,
    )


def test_token_carries_who_where_and_what() -> None:
    grant = tokens.read(make())
    assert grant is not None
    assert (grant.organisation_id, grant.member_id) == (ORGANISATION, MEMBER)
    assert (grant.slug, grant.language, grant.topics) == ("north-high", "de", TOPICS)
    assert grant.rights == 1_795_422_600_123_456
    assert abs(grant.issued - time.time()) < 1


def test_token_without_topics_is_a_token() -> None:
    grant = tokens.read(make(()))
    assert grant is not None
    assert grant.topics == ()


@pytest.mark.parametrize("spoilt", ["", "x", "a:b", ".", ":", "é", "\x00", "x" * 100_000])
def test_what_is_no_token_grants_nothing(spoilt: str) -> None:
    assert tokens.read(spoilt) is None


def test_changed_token_grants_nothing() -> None:
    token = make()
    for place in range(0, len(token), 7):
        other = "A" if token[place] != "A" else "B"
        assert tokens.read(token[:place] + other + token[place + 1 :]) is None


def test_token_of_another_installation_grants_nothing() -> None:
    with override_settings(SECRET_KEY="another"):
        token = make()
    assert tokens.read(token) is None


def test_token_is_good_for_ten_minutes(monkeypatch: pytest.MonkeyPatch) -> None:
    token, now = make(), time.time()
    monkeypatch.setattr(time, "time", lambda: now + 599)
    assert tokens.read(token) is not None
    monkeypatch.setattr(time, "time", lambda: now + 601)
    assert tokens.read(token) is None


def test_token_from_the_future_grants_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    token, now = make(), time.time()
    monkeypatch.setattr(time, "time", lambda: now - 60)
    assert tokens.read(token) is None


def test_two_hundred_topics_fit_into_an_address() -> None:
    topics = tuple(f"pool-{new_id()}" for _ in range(300))
    token = make(topics + topics)
    assert len(token) < 6_000
    grant = tokens.read(token)
    assert grant is not None
    assert grant.topics == topics[:200]


def test_topic_that_is_none_is_an_error_of_the_page() -> None:
    with pytest.raises(ValueError, match="not in tuple"):
        make(("team-1",))
