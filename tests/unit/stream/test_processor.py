"""What is acknowledged, when, and in which order."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from time import time
from typing import Any

import pytest

from moderator.errors import DeadLettersError, HaltError
from moderator.metrics import Metrics
from moderator.records import Comment, DeadLetter, Verdict
from tests.unit.stream.fakes import FakeJudge
from tests.unit.stream.harness import Harness, comment, put_many


async def test_verdicts_and_dead_letters_go_out_in_order(harness: Harness) -> None:
    async with harness.running():
        await harness.processor.put(harness.events(comment(0), b"bad", comment(2)))
        await harness.until(lambda: harness.acked == [0, 1, 2])
    assert [outcome.partition for outcome in harness.sink.published] == [0, 1, 2]
    first, letter, third = (outcome.record for outcome in harness.sink.published)
    assert isinstance(first, Verdict)
    assert isinstance(third, Verdict)
    assert (first.id, third.id) == ("c0", "c2")
    assert isinstance(letter, DeadLetter)
    assert letter.value == b"bad"
    assert dict(letter.headers)["__connect.errors.offset"] == b"1"
    assert harness.metrics.registry.get_sample_value(
        "moderator_dead_letters_total", {"stage": "decode", "reason": "not_json"}
    ) == 1  # fmt: skip


async def test_nothing_is_acknowledged_before_the_broker_confirms(harness: Harness) -> None:
    harness.sink.gate.clear()
    assert not harness.processor.retrying
    async with harness.running():
        await harness.processor.put(harness.events(comment(0)))
        await harness.until(lambda: harness.sink.calls == 1)
        assert harness.acked == []
        assert len(harness.processor.in_flight) == 1
        harness.sink.gate.set()
        await harness.until(lambda: harness.acked == [0])
    assert len(harness.processor.in_flight) == 0


async def test_the_next_batch_is_judged_while_the_last_is_confirmed(harness: Harness) -> None:
    harness.sink.gate.clear()
    async with harness.running():
        await harness.processor.put(harness.events(comment(0)))
        await harness.processor.put(harness.events(comment(1)))
        await harness.until(lambda: len(harness.judge.batches) == 2)
        assert harness.acked == []
        harness.sink.gate.set()
        await harness.until(lambda: harness.acked == [0, 1])


async def test_consumption_pauses_while_the_broker_does_not_confirm(harness: Harness) -> None:
    harness.sink.gate.clear()
    async with harness.running():
        putting = asyncio.create_task(put_many(harness, 10))
        await harness.until(lambda: harness.sink.calls == 1)
        await asyncio.sleep(0.05)
        assert not putting.done()
        assert len(harness.processor.in_flight) < 10
        harness.sink.gate.set()
        await putting
        await harness.until(lambda: harness.acked == list(range(10)))


async def test_what_is_not_confirmed_is_tried_again_before_any_acknowledgement(
    harness: Harness,
) -> None:
    harness.sink.failures = 3
    async with harness.running():
        await harness.processor.put(harness.events(*(comment(n) for n in range(5))))
        await harness.until(lambda: harness.acked == [0, 1, 2, 3, 4])
    assert [verdict.id for verdict in harness.sink.verdicts] == ["c0", "c1", "c2", "c3", "c4"]
    assert harness.metrics.registry.get_sample_value(
        "moderator_retries_total", {"operation": "publish"}
    ) == 3  # fmt: skip
    assert not harness.processor.retrying


async def test_the_worker_stops_when_retries_are_used_up(metrics: Metrics) -> None:
    harness = Harness(metrics, FakeJudge(), retry_for_s=0.05, retry_max_ms=5)
    harness.sink.failures = 10**6
    async with harness.running() as task:
        await harness.processor.put(harness.events(*(comment(n) for n in range(10_000))))
        await asyncio.wait((task,), timeout=10)
        with pytest.raises(ExceptionGroup) as caught:
            task.result()
        assert caught.group_contains(HaltError, match=r"publishing failed for .*retry_for_s")
        assert harness.processor.retrying
        assert harness.acked == []


async def test_dead_letters_over_the_limit_are_not_published(metrics: Metrics) -> None:
    harness = Harness(metrics, FakeJudge(), dead_letter_run=3)
    async with harness.running() as task:
        await harness.processor.put(harness.events(b"bad", b"bad"))
        await harness.until(lambda: harness.acked == [0, 1])
        await harness.processor.put(harness.events(b"bad", comment(1)))
        await asyncio.wait((task,), timeout=10)
        with pytest.raises(ExceptionGroup) as caught:
            task.result()
        assert caught.group_contains(DeadLettersError, match="dead_letter_run")
    assert len(harness.sink.published) == 2
    assert harness.acked == [0, 1]


async def test_a_bug_in_the_pipeline_stops_the_worker_and_loses_nothing(metrics: Metrics) -> None:
    def bug(_: Sequence[Comment]) -> None:
        raise ValueError("bug")

    harness = Harness(metrics, FakeJudge(bug))
    async with harness.running() as task:
        await harness.processor.put(harness.events(comment(0)))
        await asyncio.wait((task,), timeout=10)
        with pytest.raises(ExceptionGroup):
            task.result()
    assert harness.acked == []


async def test_a_verdict_too_large_for_the_broker_becomes_a_dead_letter(harness: Harness) -> None:
    harness.sink.verdict_bytes = 100
    value = comment(0)
    async with harness.running():
        await harness.processor.put(harness.events(value))
        await harness.until(lambda: harness.acked == [0])
    (letter,) = harness.sink.letters
    assert letter.value == value
    assert dict(letter.headers)["__connect.errors.stage"] == b"publish"
    assert harness.metrics.registry.get_sample_value(
        "moderator_dead_letters_total", {"stage": "publish", "reason": "verdict_too_large"}
    ) == 1  # fmt: skip


async def test_a_dead_letter_too_large_for_the_broker_is_truncated(harness: Harness) -> None:
    harness.sink.letter_bytes = 70_000
    async with harness.running():
        await harness.processor.put(harness.events(b"x" * 100_000))
        await harness.until(lambda: harness.acked == [0])
    (letter,) = harness.sink.letters
    assert letter.value == b"x" * 65_536
    assert dict(letter.headers)["moderator.truncated"] == b"100000"


async def test_the_wait_on_the_topic_is_measured_if_records_have_a_time(harness: Harness) -> None:
    timed, timeless = harness.events(comment(0), comment(1))
    timed.message.timestamp = time() - 2  # type: ignore[misc]
    timeless.message.timestamp = -1  # type: ignore[misc]
    async with harness.running():
        await harness.processor.put([timed, timeless])
        await harness.until(lambda: harness.acked == [0, 1])
    for name in ("moderator_queue_seconds", "moderator_end_to_end_seconds"):
        value = harness.metrics.registry.get_sample_value
        assert value(f"{name}_count") == 1
        assert value(f"{name}_sum") == pytest.approx(2, abs=1.5)


@pytest.mark.parametrize(
    "value",
    [
        b'{"id":"a\\u0000","text":"x"}',
        b'{"id":"\\ud800","text":"x"}',
        b'{"id":"' + b"a" * 1_025 + b'","text":"x"}',
        b'{"id":"a","text":"x\\u0000"}',
        b'{"id":"a","text":"\\ud83d"}',
        b'{"id":"a","text":"' + b"x" * 65_537 + b'"}',
    ],
)
async def test_no_author_can_stop_the_worker(metrics: Metrics, value: bytes) -> None:
    limits: dict[str, Any] = {
        "dead_letter_run": 5,
        "dead_letter_window": 10,
        "dead_letter_ratio": 0.1,
    }
    harness = Harness(metrics, FakeJudge(), **limits)
    async with harness.running() as task:
        await harness.processor.put(harness.events(*[value] * 40))
        await harness.until(lambda: len(harness.acked) == 40 or task.done())
        assert not task.done()


async def test_a_dead_letter_shrinks_down_to_its_headers(harness: Harness) -> None:
    harness.sink.letter_bytes = 500
    async with harness.running():
        await harness.processor.put(harness.events(b"x" * 100_000))
        await harness.until(lambda: harness.acked == [0])
    (letter,) = harness.sink.letters
    assert letter.value == b""
    assert dict(letter.headers)["moderator.truncated"] == b"100000"
    assert harness.sink.calls == 6  # whole, and in five steps


async def test_a_topic_that_takes_no_dead_letter_at_all_is_not_hammered(metrics: Metrics) -> None:
    harness = Harness(metrics, FakeJudge(), retry_for_s=0.2, retry_initial_ms=50, retry_max_ms=50)
    harness.sink.letter_bytes = 10
    async with harness.running() as task:
        await harness.processor.put(harness.events(b"bad"))
        await asyncio.wait((task,), timeout=10)
        with pytest.raises(ExceptionGroup) as caught:
            task.result()
        assert caught.group_contains(HaltError, match="retry_for_s")
    assert harness.acked == []
    assert harness.sink.calls < 20
