"""Figures from scrapes: rates, restarts, percentiles as Prometheus has them, moved partitions."""

from __future__ import annotations

import pytest

from moderator.http.ports import free_port
from moderator.metrics import Metrics
from moderator.monitor.figures import Partition, figures, quantile
from moderator.monitor.history import History
from moderator.monitor.scrape import Scrape, fetch, read
from moderator.monitor.screen import count, seconds, spark
from tests.fake_worker import FakeWorker


def scrape(metrics: Metrics, at_s: float) -> Scrape:
    return read(metrics.exposition()[0].decode(), at_s)


def test_two_workers_add_up() -> None:
    pairs = []
    for comments in (100, 300):
        worker = FakeWorker()
        worker.work(50)
        before = scrape(worker.metrics, 5.0)
        worker.work(comments)
        pairs.append((before, scrape(worker.metrics, 15.0)))
    found = figures(pairs)
    assert found.workers == 2
    assert found.comments == pytest.approx(40.0)
    assert found.actions == pytest.approx({"allow": 32.0, "review": 4.0, "block": 4.0})
    assert found.cached == pytest.approx(0.5)
    assert found.batch == pytest.approx(200.0)
    assert found.redis_up is True
    assert found.look_ups["memory"]["hit"] == pytest.approx(20.0)
    assert set(found.stages) >= {"decode", "publish", "scorer_lexicon"}
    assert found.end_to_end is not None
    assert 0.005 < found.end_to_end.p50 < found.end_to_end.p99 < 0.1


def test_a_restarted_worker_counts_from_nought() -> None:
    before, after = FakeWorker(), FakeWorker()
    before.work(1000)
    after.work(20)
    assert figures([(scrape(before.metrics, 0), scrape(after.metrics, 10))]).comments == 2.0


def test_nothing_yet_is_nothing() -> None:
    now = scrape(Metrics(), 1.0)
    found = figures([(now, now)])
    assert (found.comments, found.end_to_end, found.batch, found.redis_up) == (0, None, None, None)
    assert (found.lag, found.oldest_s) == (0, 0.0)
    assert figures([]).workers == 0


def test_a_partition_belongs_to_the_worker_that_has_it() -> None:
    left, took = Metrics(), Metrics()
    left.set_backlog({3: (9, 9.0)})
    left.set_backlog({})
    took.set_backlog({3: (5, 1.5), 0: (1, 0.5)})
    pairs = [(scrape(m, 0), scrape(m, 1)) for m in (took, left)]
    assert figures(pairs).partitions == {0: Partition(1, 0.5), 3: Partition(5, 1.5)}


@pytest.mark.parametrize(
    ("q", "buckets", "expected"),
    [
        (0.5, {}, None),
        (0.5, {1.0: 0.0, float("inf"): 0.0}, None),
        (0.5, {1.0: 10.0, 2.0: 10.0, float("inf"): 10.0}, 0.5),
        (0.75, {1.0: 10.0, 2.0: 20.0, float("inf"): 20.0}, 1.5),
        (0.99, {1.0: 10.0, 2.0: 10.0, float("inf"): 20.0}, 2.0),
    ],
)
def test_quantiles_are_prometheus_own(
    q: float, buckets: dict[float, float], expected: float | None
) -> None:
    assert quantile(q, buckets) == expected


def test_history_slides_and_names_workers_that_are_down() -> None:
    worker = FakeWorker()
    history = History(["a", "b"], window_s=10.0)
    rates = []
    for step in range(30):
        worker.work(100 if step < 10 else 0)
        rates.append(history.add({"a": scrape(worker.metrics, float(step)), "b": None}).comments)
    assert history.down == ["b"]
    assert rates[9] == pytest.approx(100.0)
    assert rates[29] == 0.0
    assert list(history.comments)[1:12] == pytest.approx([100.0] * 9 + [0.0] * 2)


def test_workers_behind_one_port_are_counted_each() -> None:
    page = 'process_start_time_seconds{process="worker-%d"} 1.0\n'
    now = read("# TYPE process_start_time_seconds gauge\n" + page % 0 + page % 1, 1.0)
    assert figures([(now, now)]).workers == 2


def test_without_workers_there_is_nothing() -> None:
    assert fetch(f"127.0.0.1:{free_port()}", 5.0) is None


@pytest.mark.parametrize(
    ("value", "shown"),
    [(None, "–"), (0.0, "0 s"), (0.00034, "340 µs"), (0.0123, "12.3 ms"), (1.5, "1.5 s"),
     (180, "3 min"), (9000, "2.5 h")],
)  # fmt: skip
def test_durations_have_a_fitting_unit(value: float | None, shown: str) -> None:
    assert seconds(value) == shown


@pytest.mark.parametrize(
    ("value", "shown"),
    [(0, "0"), (0.25, "0.2"), (950.4, "950"), (12_345, "12.3k"), (4_560_000, "4.56M")],
)
def test_counts_are_short(value: float, shown: str) -> None:
    assert count(value) == shown


def test_sparklines_start_at_nought() -> None:
    assert spark([0, 5, 10], 5) == "▁▄█"
    assert spark([0, 0], 5) == "▁▁"
    assert len(spark(range(100), 30)) == 30
