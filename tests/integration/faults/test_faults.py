"""A short schedule, with each kind of fault once or more."""

from pathlib import Path

import pytest

from tests.integration.faults.run import run
from tests.integration.faults.schedule import WEIGHTS, schedule


def test_the_seed_decides() -> None:
    assert schedule(100, 1) == schedule(100, 1) != schedule(100, 2)
    assert set(schedule(len(WEIGHTS), 3)) == set(WEIGHTS)


@pytest.mark.timeout(1200)
def test_nothing_is_lost_in_a_short_run_of_faults(tmp_path: Path) -> None:
    found = run(tmp_path, count=30, seed=7, every_s=1.5)
    assert found.missing == set()
    assert found.verdicts + found.dead_letters == found.produced > 1_000
    assert found.faults.total() == 30
