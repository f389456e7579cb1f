"""R5 in short: everything callable is called by its own description, and nothing breaks."""

from tests.conftest import Cast
from tests.endure import fuzzing
from tests.endure.callers import make_callers_place

SEED, EXAMPLES = 5, 4


def test_everything_is_answered_as_it_is_declared(stage: Cast) -> None:
    fuzzed = fuzzing.run(make_callers_place(), examples=EXAMPLES, seed=SEED, whole=False)
    assert not fuzzed.findings, fuzzing.tell(fuzzed)
    assert len(fuzzed.done) >= 12, fuzzed.done
