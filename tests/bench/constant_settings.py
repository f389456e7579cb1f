"""The settings as they are, and one call more."""

from seatdash.settings import *  # noqa: F403

ROOT_URLCONF = "tests.bench.constant"
