"""The settings as they are, and one address more."""

from seatdash.settings import *  # noqa: F403

ROOT_URLCONF = "tests.bench.plainest"
