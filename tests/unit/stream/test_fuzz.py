"""A short run of the fuzzer; the long one is `python -m tests.fuzz --inputs 1000000`."""

import pytest

from tests.fuzz.inputs import records
from tests.fuzz.run import run


def test_the_seed_decides() -> None:
    assert list(records(100, 1)) == list(records(100, 1)) != list(records(100, 2))


@pytest.mark.timeout(300)
async def test_any_record_is_a_verdict_or_a_dead_letter() -> None:
    outcome = await run(4_000, seed=11)
    assert outcome.verdicts + outcome.dead_letters.total() == 4_000
    assert outcome.verdicts > 1_000
    assert len(outcome.dead_letters) >= 8
