"""Three learning systems that answer on this machine, and the ways to call them."""

from collections.abc import Iterator

import pytest
from pytest_django.fixtures import Settings

from seatdash.connectors.models import Connection
from seatdash.connectors.systems.moodle import Moodle
from seatdash.connectors.systems.open_edx import OpenEdx
from seatdash.connectors.systems.thinkific import Thinkific
from seats import clock
from seats.models import Allocation
from seats.services.terms import Terms
from tests.conftest import Cast
from tests.connectors import moodle_server, open_edx_server, thinkific_server
from tests.connectors.moodle_server import MoodleServer
from tests.connectors.open_edx_server import OpenEdxServer
from tests.connectors.story import NOW, connect_thinkific, open_courses
from tests.connectors.thinkific_server import ThinkificServer
from tests.factories import make_allocation


@pytest.fixture(autouse=True)
def this_machine_may_be_called(settings: Settings) -> None:
    settings.ALLOW_PRIVATE_ADDRESSES = True


@pytest.fixture
def thinkific_there() -> Iterator[ThinkificServer]:
    with ThinkificServer() as server:
        yield server


@pytest.fixture
def moodle_there() -> Iterator[MoodleServer]:
    with MoodleServer() as server:
        yield server


@pytest.fixture
def open_edx_there() -> Iterator[OpenEdxServer]:
    with OpenEdxServer() as server:
        yield server


@pytest.fixture
def thinkific(thinkific_there: ThinkificServer) -> Thinkific:
    return Thinkific(
        subdomain=thinkific_server.SUBDOMAIN, key=thinkific_server.KEY, address=thinkific_there.url
    )


@pytest.fixture
def moodle(moodle_there: MoodleServer) -> Moodle:
    return Moodle(address=f"{moodle_there.url}/lms", token=moodle_server.TOKEN)


@pytest.fixture
def open_edx(open_edx_there: OpenEdxServer) -> OpenEdx:
    return OpenEdx(
        address=open_edx_there.url, client=open_edx_server.CLIENT, secret=open_edx_server.SECRET
    )


@pytest.fixture
def today(cast: Cast, thinkific_there: ThinkificServer) -> Iterator[None]:
    """Let it be one moment on both sides."""
    thinkific_there.moment = NOW
    with clock.telling(NOW):
        yield


@pytest.fixture
def connection(cast: Cast, thinkific_there: ThinkificServer) -> Connection:
    """Thinkific, where the product is course 7."""
    made = connect_thinkific(cast.admin, thinkific_there)
    open_courses(cast.admin, made, cast.product, "7")
    return made


@pytest.fixture
def allocation(cast: Cast) -> Allocation:
    """Thirty days for Classroom A."""
    return make_allocation(cast.admin, cast.team, cast.product, terms=Terms(terms_days=30))
