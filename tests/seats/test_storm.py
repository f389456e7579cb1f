"""R1: 64 threads do what they like to 20 pools, and the books balance all the while."""

import pytest

from tests.endure import storm


@pytest.mark.usefixtures("transactional_db")
def test_storm_of_operations_oversells_nothing_and_balances() -> None:
    done = storm.run(2_000)
    assert done.findings == [], storm.tell(done)
    assert sum(done.counts.values()) == 2_000
    outcomes = {outcome for _deed, outcome in done.counts}
    assert {"done", "NoSeatsLeft", "CapReached", "NotEnoughSeats", "SamePool"} <= outcomes
