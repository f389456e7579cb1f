"""Whatever a story does to the seats, the books balance at its end."""

from collections.abc import Iterator

import pytest

from seats import books
from tests.conftest import Cast


def pytest_configure(config: pytest.Config) -> None:
    config.addinivalue_line("markers", "cooked: the test cooks the books, to see it noticed")


@pytest.fixture(autouse=True)
def balanced(request: pytest.FixtureRequest) -> Iterator[None]:
    """Check the books of the cast's organisation after each test that has one."""
    stages = {"cast", "stage"} & set(request.fixturenames)
    cast: Cast | None = request.getfixturevalue(stages.pop()) if stages else None
    yield
    if cast and not request.node.get_closest_marker("cooked"):
        assert books.check(cast.organisation).differences == ()
