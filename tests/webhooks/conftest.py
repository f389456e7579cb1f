"""Receivers on this machine, and endpoints that lead to them."""

from collections.abc import Iterator

import pytest
from pytest_django import Settings

from tests.receiver import Receiver, receiving


@pytest.fixture(autouse=True)
def private_addresses(settings: Settings) -> None:
    settings.ALLOW_PRIVATE_ADDRESSES = True


@pytest.fixture
def receiver() -> Iterator[Receiver]:
    with receiving() as receiver:
        yield receiver
