"""The estimate of waiting follows what batches take."""

from moderator.api.batching.load import LoadEstimate, units_of
from moderator.records import Comment
from moderator.testing import ManualClock


def test_long_texts_weigh_more() -> None:
    short, long = (Comment(id="", text="a" * size) for size in (10, 10_000))
    assert units_of([long]) > 10 * units_of([short])


def test_the_wait_follows_what_batches_take() -> None:
    clock = ManualClock()
    load = LoadEstimate(0.001, clock)
    load.queued(100)
    assert load.wait_s() == 0.1
    for _ in range(100):
        with load.judging(10):
            clock.advance(0.1)
    assert abs(load.wait_s() - 1.0) < 0.01
    load.left(100)
    assert load.wait_s() == 0


def test_of_batches_that_overlap_time_counts_once() -> None:
    clock = ManualClock()
    load = LoadEstimate(0.001, clock)
    load.queued(1)
    with load.judging(10):
        with load.judging(10):
            clock.advance(0.01)
        clock.advance(0.01)
    assert abs(load.wait_s() - 0.001) < 1e-9


def test_half_of_what_is_judged_is_still_to_be_waited_for() -> None:
    load = LoadEstimate(0.001, ManualClock())
    load.queued(10)
    with load.judging(20):
        assert load.wait_s() == 0.02


def test_a_small_batch_says_little_of_what_a_unit_takes() -> None:
    clock = ManualClock()
    load = LoadEstimate(0.001, clock)
    load.queued(1)
    for units in (100, 1):
        with load.judging(units):
            clock.advance(0.1)
    assert load.wait_s() < 0.003
