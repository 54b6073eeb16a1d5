"""Sinks by name: Kafka's for everything, any other for verdicts only."""

from __future__ import annotations

import asyncio
from collections.abc import Callable

import pytest

from moderator.errors import SettingsError
from moderator.metrics import Metrics
from moderator.records import Comment
from moderator.settings import Settings
from moderator.sinks.base import Outcome, Undelivered
from moderator.sinks.kafka import KafkaSink
from moderator.sinks.registry import SINKS, build_sink
from moderator.stream.in_flight import Event
from moderator.stream.processor import BatchProcessor
from tests.unit.sinks.toy import ToySink
from tests.unit.stream.fakes import FakeEvent, FakeJudge, FakeMessage, FakeSink


@pytest.fixture
def letters(monkeypatch: pytest.MonkeyPatch) -> FakeSink:
    """What takes Kafka's place."""
    sink = FakeSink()
    monkeypatch.setattr(KafkaSink, "from_settings", lambda _: sink)
    return sink


def settings_of(name: str) -> Settings:
    return Settings.load(None, {"stream": {"sink": name}})


async def eventually(done: Callable[[], bool]) -> None:
    async with asyncio.timeout(10):
        while not done():  # noqa: ASYNC110
            await asyncio.sleep(0.001)


async def test_a_toy_sink_is_one_module_and_one_line(
    letters: FakeSink, metrics: Metrics, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(SINKS, "toy", ToySink)  # the one line
    settings = settings_of("toy")
    sink = build_sink(settings)
    acked: list[int] = []
    values = (b'{"id":"a","text":"x"}', b"bad", b'{"id":"b","text":"x"}')
    events: list[Event] = [
        FakeEvent(FakeMessage(value, offset), acked) for offset, value in enumerate(values)
    ]
    processor = BatchProcessor(FakeJudge(), sink, metrics, settings)
    await sink.start()
    running = asyncio.create_task(processor.run())
    await processor.put(events)
    await eventually(lambda: acked == [0, 1, 2])
    running.cancel()
    await sink.flush()
    await sink.close()
    assert ToySink.instances[-1].lines == ["start", "a allow", "b allow", "flush", "close"]
    assert [letter.value for letter in letters.letters] == [b"bad"]
    assert letters.verdicts == []


async def test_what_either_part_gives_back_is_given_back(
    letters: FakeSink, monkeypatch: pytest.MonkeyPatch
) -> None:
    verdicts = FakeSink()
    monkeypatch.setitem(SINKS, "other", lambda _: verdicts)
    sink = build_sink(settings_of("other"))
    comments = [Comment(id="a", text=""), Comment(id="b", text="")]
    batch = [Outcome(0, verdict) for verdict in await FakeJudge().moderate(comments)]
    verdicts.failures = 1
    assert await sink.publish(batch) == Undelivered(unconfirmed=batch[1:])
    verdicts.verdict_bytes = 1
    assert await sink.publish(batch) == Undelivered(too_large=batch)
    assert letters.calls == 0


def test_an_unknown_sink_is_refused_with_the_known_ones() -> None:
    with pytest.raises(SettingsError, match=r"stream\.sink: unknown sink 'carrier'.*kafka"):
        build_sink(settings_of("carrier"))
