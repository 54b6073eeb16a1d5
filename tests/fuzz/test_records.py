"""A short run of the fuzzer; the long one is `python -m tests.fuzz --inputs 1000000`."""

import pytest

from tests.fuzz.inputs import records
from tests.fuzz.run import run
from tests.fuzz.wild import wild_records

COUNT = 1_500


def test_the_seed_decides() -> None:
    assert list(wild_records(100, 1)) == list(wild_records(100, 1)) != list(wild_records(100, 2))
    assert list(records(100, 1)) == list(records(100, 1)) != list(records(100, 2))


@pytest.mark.timeout(300)
@pytest.mark.parametrize("wild", [False, True])
async def test_any_record_is_a_verdict_or_a_dead_letter(wild: bool) -> None:
    outcome = await run(COUNT, seed=11, wild=wild)
    assert outcome.verdicts + outcome.dead_letters.total() == COUNT
    assert outcome.verdicts > COUNT // 5
    assert len(outcome.dead_letters) >= 6
