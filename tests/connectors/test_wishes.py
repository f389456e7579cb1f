"""The union of several seats: from the first start until the last end."""

from datetime import UTC, datetime

import pytest

from seatdash.connectors.services.wanting import Wish

MAY, JUNE, JULY = (datetime(2026, month, 1, tzinfo=UTC) for month in (5, 6, 7))


@pytest.mark.parametrize(
    ("one", "other", "union"),
    [
        (Wish(MAY, JUNE), Wish(MAY, JULY), Wish(MAY, JULY)),
        (Wish(MAY, JULY), Wish(MAY, JUNE), Wish(MAY, JULY)),
        (Wish(MAY, None), Wish(MAY, JULY), Wish(MAY, None)),
        (Wish(MAY, JULY), Wish(MAY, None), Wish(MAY, None)),
        (Wish(JUNE, JULY), Wish(MAY, JUNE), Wish(MAY, JULY)),
    ],
    ids=["longer", "shorter", "never-first", "never-then", "earlier-start"],
)
def test_union_of_two_seats(one: Wish, other: Wish, union: Wish) -> None:
    assert one.joined(other.start, other.until) == union
