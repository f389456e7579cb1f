"""Somebody who is invited."""

import pytest

from teams.models import Invitation
from teams.services.invitations import invite
from tests.conftest import Cast
from tests.teams.inviting import FINANCE


@pytest.fixture
def invitation(cast: Cast) -> Invitation:
    return invite(actor=cast.admin, email="Kim@North.example", role=FINANCE)
