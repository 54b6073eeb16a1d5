"""One suite over both brokers: the embedded one and a real Apache Kafka."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import asynccontextmanager
from threading import Event
from typing import Any
from uuid import uuid4

import pytest
from confluent_kafka import Producer

from moderator.cache.memory import MemoryCache
from moderator.consumer.comments import CommentConsumer
from moderator.errors import BrokerError
from moderator.kafka.comment_producer import CommentProducer
from moderator.kafka.mock_broker import EmbeddedBroker
from moderator.metrics import Metrics
from moderator.pipeline import Pipeline
from moderator.policy import Policies, Policy
from moderator.records import Action, Comment, Verdict
from moderator.settings import Settings
from moderator.stream.worker import Worker
from moderator.testing import StubScorer
from tests.kafka import KafkaServer


@pytest.fixture(scope="module")
def embedded() -> Iterator[str]:
    """The address of an embedded broker, which makes topics when they are first used."""
    with EmbeddedBroker() as broker:
        yield broker.address


@pytest.fixture(params=["embedded", "kafka"])
def settings(request: pytest.FixtureRequest) -> Settings:
    """A broker, and topics and group of this test's own."""
    name = uuid4().hex[:8]
    topics = {
        "comments": f"{name}.comments",
        "verdicts": f"{name}.verdicts",
        "dead_letters": f"{name}.dlq",
    }
    address: str
    if request.param == "embedded":
        address = request.getfixturevalue("embedded")
    else:
        server: KafkaServer = request.getfixturevalue("kafka_server")
        server.create_topics(*topics.values())
        address = server.bootstrap
    return Settings.load(
        None,
        {
            "kafka": {"bootstrap_servers": address},
            "topics": topics,
            "stream": {"group": name, "commit_interval_s": 0.2, "session_timeout_s": 6},
            "http": {"port": 0},
        },
    )


@asynccontextmanager
async def running(
    settings: Settings, scorer: StubScorer, metrics: Metrics
) -> AsyncIterator[Worker]:
    policies = Policies("p", {"p": Policy(block={"toxicity": 0.5})}, {})
    cache = MemoryCache(metrics, items=1000, score_ttl_s=60, verdict_ttl_s=60)
    with ThreadPoolExecutor(1) as executor:
        pipeline = Pipeline(scorer, cache, policies, metrics, executor=executor)
        worker = Worker(settings, pipeline, metrics)
        stop = asyncio.Event()
        task = asyncio.create_task(worker.run(stop))
        while worker.unready() is not None and not task.done():  # noqa: ASYNC110
            await asyncio.sleep(0.02)
        try:
            yield worker
        finally:
            stop.set()
            await task


def comments(count: int, prefix: str = "c") -> list[Comment]:
    return [Comment(id=f"{prefix}{n}", text=f"text {n}") for n in range(count)]


def rule(text: str) -> dict[str, float]:
    return {"toxicity": 0.9 if text.endswith("7") else 0.1}


async def test_every_comment_comes_back_as_verdict_or_dead_letter(settings: Settings) -> None:
    verdicts: list[Verdict] = []
    metrics = Metrics()
    async with (
        running(settings, StubScorer(rule), metrics),
        CommentProducer(settings, verdicts.extend) as publisher,
    ):
        raw = Producer({"bootstrap.servers": settings.kafka.bootstrap_servers})
        await publisher.publish(comments(500))
        for _ in range(3):
            raw.produce(settings.topics.comments, b"not json", b"key")
        raw.flush(10)
        await publisher.finish()
        while publisher.dead_letters < 3:
            await publisher.finish()
            await asyncio.sleep(0.01)
    assert {verdict.id for verdict in verdicts} == {f"c{n}" for n in range(500)}
    blocked = {verdict.id for verdict in verdicts if verdict.action is Action.BLOCK}
    assert blocked == {f"c{n}" for n in range(500) if n % 10 == 7}
    assert publisher.dead_letters == 3
    assert sum_of(metrics, "moderator_comments_total") == 500
    assert sum_of(metrics, "moderator_dead_letters_total") == 3


async def test_a_worker_that_was_stopped_goes_on_where_it_was(settings: Settings) -> None:
    seen: list[Verdict] = []
    async with CommentProducer(settings, seen.extend) as publisher:
        for round_ in ("a", "b"):
            async with running(settings, StubScorer(), Metrics()):
                await publisher.publish(comments(200, round_))
                await publisher.finish()
    # A clean stop commits everything, so not even duplicates.
    assert sorted(v.id for v in seen) == sorted(f"{r}{n}" for r in "ab" for n in range(200))


async def test_verdicts_of_a_key_keep_the_order_of_its_comments(settings: Settings) -> None:
    seen: list[Verdict] = []
    edits = [Comment(id=f"k{n % 5}", text=f"edit {n:03}") for n in range(300)]
    scores = {comment.text: n / 1000 for n, comment in enumerate(edits)}
    async with (
        running(settings, StubScorer(lambda text: {"toxicity": scores[text]}), Metrics()),
        CommentProducer(settings, seen.extend) as publisher,
    ):
        await publisher.publish(edits)
        await publisher.finish()
    for key in range(5):
        order = [v.scores["toxicity"] for v in seen if v.id == f"k{key}"]
        assert len(order) == 60
        assert order == sorted(order)


async def test_a_long_backlog_is_not_reported_as_a_stuck_stream(
    settings: Settings, caplog: pytest.LogCaptureFixture
) -> None:
    """Faust does not see our acknowledgements; the worker's own watchdog reports what is stuck."""
    go = Event()

    def waiting(_: str) -> dict[str, float]:
        go.wait(20)
        return {"toxicity": 0.0}

    raw = Producer({"bootstrap.servers": settings.kafka.bootstrap_servers})
    for number in range(20_000):
        raw.produce(settings.topics.comments, b'{"id":"%d","text":"x"}' % number)
    raw.flush(10)
    async with running(settings, StubScorer(waiting), Metrics()) as worker:
        consumer = worker._vitals._consumer()
        assert isinstance(consumer, CommentConsumer)
        consumer._thread.time_started -= 10_000
        await asyncio.sleep(0.5)
        await consumer.verify_all_partitions_active()
        go.set()
    assert "processing" not in caplog.text


async def test_a_missing_worker_is_told(settings: Settings) -> None:
    async with CommentProducer(settings, lambda _: None, silence_s=0.3) as publisher:
        await publisher.publish(comments(3))
        with pytest.raises(BrokerError, match="3 comments wait"):
            await publisher.finish()


async def test_without_a_reader_publishing_ends_with_the_brokers_confirmation(
    settings: Settings,
) -> None:
    async with CommentProducer(settings) as publisher:
        if publisher.embedded:
            pytest.skip("an embedded broker forgets, so verdicts are always counted back")
        await publisher.publish(comments(1_000))
        await publisher.finish()
    assert publisher.published == 1_000


async def test_no_broker_is_told() -> None:
    nowhere = Settings.load(
        None, {"kafka": {"bootstrap_servers": "127.0.0.1:1"}, "http": {"port": 0}}
    )
    with pytest.raises(BrokerError, match=r"no broker answers at 127\.0\.0\.1:1"):
        async with running(nowhere, StubScorer(), Metrics()):
            pass


def sum_of(metrics: Metrics, name: str) -> float:
    samples: list[Any] = [s for metric in metrics.registry.collect() for s in metric.samples]
    return sum((float(sample.value) for sample in samples if sample.name == name), 0.0)
