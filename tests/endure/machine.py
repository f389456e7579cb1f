"""R2: random operations through the services and on the plain model, every number compared."""

import os

from hypothesis import HealthCheck, settings
from hypothesis.stateful import run_state_machine_as_test

from tests.endure.enrolment_operations import EnrolmentOperations
from tests.endure.pool_operations import PoolOperations

STEPS = 50


class Seats(PoolOperations, EnrolmentOperations):
    """All operations together."""


def runs() -> int:
    """Return how many runs the setting asks for: 1,000 in the nightly one, 100 in the ordinary."""
    return 1000 if os.environ.get("HYPOTHESIS_PROFILE") == "nightly" else 100


def run(examples: int | None = None) -> None:
    """Play the machine; raises where anything differs, with the shortest story that shows it."""
    run_state_machine_as_test(
        Seats,
        settings=settings(
            max_examples=examples or runs(),
            stateful_step_count=STEPS,
            deadline=None,
            database=None,
            print_blob=False,
            suppress_health_check=list(HealthCheck),
        ),
    )
