"""Decisions on the topic are in force in a moment, and those made earlier at the start."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from time import monotonic

import msgspec
import pytest
from confluent_kafka import Producer
from msgspec.structs import replace

from moderator.feedback.follower import following
from moderator.feedback.record import Feedback
from moderator.feedback.topic import FeedbackTopic
from moderator.kafka.mock_broker import EmbeddedBroker
from moderator.metrics import Metrics
from moderator.policy.overrides import Overrides
from moderator.records import Action
from moderator.settings import Settings

NOW = datetime.now(UTC)


@pytest.fixture(scope="module")
def settings() -> Iterator[Settings]:
    with EmbeddedBroker() as broker:
        yield Settings.load(
            None,
            {
                "kafka": {"bootstrap_servers": broker.address},
                "feedback": {"to": "topic"},
                "cache": {"secret": "s"},
            },
        )


def decided(
    text: str, action: Action | None, *, hours: float = 1, undone: bool = False
) -> Feedback:
    return Feedback(
        source="cli", text=text, at=NOW.isoformat(), action=action, undone=undone,
        expires_at=(NOW + timedelta(hours=hours)).isoformat(),
    )  # fmt: skip


def action_of(overrides: Overrides, text: str) -> Action | None:
    found = overrides.decide(None, text)
    return found.action if found else None


async def test_what_was_decided_before_the_start_is_known_at_once(
    settings: Settings, metrics: Metrics
) -> None:
    producer = Producer({"bootstrap.servers": settings.kafka.bootstrap_servers})
    producer.produce("feedback", b"no feedback")
    suggested = Feedback(
        source="perspective", text="suggested", at=NOW.isoformat(), scores={"A": 1}
    )
    endless = replace(decided("endless", Action.BLOCK), expires_at="never")
    for foreign in (suggested, endless):
        producer.produce("feedback", msgspec.json.encode(foreign))
    assert producer.flush(20) == 0
    sink = FeedbackTopic(settings)
    for feedback in (
        decided("old", Action.BLOCK),
        decided("expired", Action.BLOCK, hours=-1),
        decided("regretted", Action.BLOCK),
        decided("regretted", None, undone=True),
    ):
        await sink.put(feedback)
    overrides = Overrides("s")
    async with following(settings, overrides, metrics):
        assert action_of(overrides, "old") is Action.BLOCK
        assert len(overrides) == 1
        await sink.put(decided("new", Action.ALLOW))
        asked = monotonic()
        async with asyncio.timeout(10):
            while action_of(overrides, "new") is None:  # noqa: ASYNC110
                await asyncio.sleep(0.02)
        assert monotonic() - asked < 2
    await sink.close()
    assert metrics.registry.get_sample_value("moderator_overrides") == 2


async def test_without_a_topic_nothing_is_followed(metrics: Metrics) -> None:
    overrides = Overrides("s")
    async with following(Settings(), overrides, metrics):
        assert len(overrides) == 0
