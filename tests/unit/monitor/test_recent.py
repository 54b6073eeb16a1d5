"""The last ten minutes of a worker: rates between samples, and what was counted most."""

from __future__ import annotations

import msgspec

from moderator.monitor.recent import KEPT_S, SHOWN, Recent
from tests.fake_worker import COMMUNITIES, FakeWorker


def test_a_sample_has_the_rates_since_the_one_before() -> None:
    worker = FakeWorker()
    recent = Recent(worker.metrics.exposition)
    worker.work(1000)  # before the first sample: not of these minutes
    recent.sample()
    worker.work(100)
    recent.sample()
    course = recent.course()
    (point,) = course.points
    shares = {action: rate / sum(point.actions.values()) for action, rate in point.actions.items()}
    assert {action: round(share, 2) for action, share in shares.items()} == {
        "allow": 0.8, "review": 0.1, "block": 0.1,
    }  # fmt: skip
    assert point.p50 is not None
    assert 0.005 <= point.p50 <= 0.05
    assert dict(course.top["rules"]) == {
        "standard block.identity_attack": 10, "standard review.scorer_failed": 10,
    }  # fmt: skip
    assert dict(course.top["policies"]) == {"standard": 100}
    assert set(dict(course.top["communities"])) == set(COMMUNITIES)
    assert sum(dict(course.top["languages"]).values()) == 100
    assert course.top["categories"]


def test_ten_minutes_are_kept_and_the_most_frequent_shown() -> None:
    worker = FakeWorker()
    recent = Recent(worker.metrics.exposition, every_s=0)
    for number in range(130):
        worker.metrics.matches.labels(f"category{number % 20}", "false").inc(number)
        recent.sample()
    course = recent.course()
    assert len(course.points) == KEPT_S / 5
    assert len(course.top["categories"]) == SHOWN
    counts = [count for _, count in course.top["categories"]]
    assert counts == sorted(counts, reverse=True)
    assert len(msgspec.json.encode(course)) < 50_000


def test_nothing_is_shown_before_the_first_sample() -> None:
    course = Recent(FakeWorker().metrics.exposition).course()
    assert (course.points, course.top["rules"]) == ((), [])
