"""The example consumer: redelivery changes nothing and does nothing twice."""

from __future__ import annotations

import random
import sqlite3
import time
from contextlib import closing
from typing import Any

import pytest
from confluent_kafka import Consumer, Producer, TopicPartition

from deploy.examples.upsert_verdicts import consume, upsert
from moderator.kafka.mock_broker import PARTITIONS, EmbeddedBroker
from moderator.records import Action, Component, Reason, Verdict, to_json

_SAMPLES = 40


def verdict(number: int, action: Action = Action.BLOCK, version: str = "1") -> bytes:
    """A verdict as a worker writes it; no two are judged at the same time."""
    return to_json(
        Verdict(
            id=f"c{number}",
            action=action,
            reasons=(Reason("block.toxicity", "toxicity", 0.97, 0.9),),
            scores={"toxicity": 0.97},
            matches=(),
            scorer=Component("compact", "1"),
            policy=Component("standard", version),
            cached=random.random() < 0.5,
            degraded=False,
            scored_at=f"2026-01-01T00:00:{time.monotonic() % 60:09.6f}Z",
            latency_ms=random.random(),
        )
    )


def rows(database: sqlite3.Connection) -> list[tuple[str, ...]]:
    return database.execute("SELECT * FROM verdicts ORDER BY id").fetchall()


def test_the_same_verdicts_again_change_nothing_and_do_nothing() -> None:
    done: list[tuple[str, str]] = []
    with closing(sqlite3.connect(":memory:")) as database:
        first = [verdict(number) for number in range(_SAMPLES)]
        assert upsert(database, first, lambda *act: done.append(act)) == _SAMPLES
        before = rows(database)
        again = [verdict(number) for number in range(_SAMPLES)]
        assert first != again
        assert upsert(database, first[10:] + again, lambda *act: done.append(act)) == 0
        assert rows(database) == before
        assert len(done) == _SAMPLES


def test_another_decision_is_taken_and_a_replayed_stretch_ends_with_it() -> None:
    done: list[tuple[str, str]] = []
    with closing(sqlite3.connect(":memory:")) as database:
        stretch = [verdict(1), verdict(1, Action.ALLOW, version="2")]
        upsert(database, stretch, lambda *act: done.append(act))
        upsert(database, stretch, lambda *act: done.append(act))
        assert [row[1] for row in rows(database)] == ["allow"]
        assert done[-1] == ("c1", "allow")


class CrashingConsumer(Consumer):
    """Its process dies before the offsets are committed."""

    def commit(self, *_: Any, **__: Any) -> Any:
        raise SystemExit("killed")


def test_a_crash_between_database_and_commit_repeats_verdicts_unnoticed() -> None:
    done: list[tuple[str, str]] = []
    with EmbeddedBroker() as broker, closing(sqlite3.connect(":memory:")) as database:
        producer = Producer({"bootstrap.servers": broker.address})
        for number in range(_SAMPLES):
            producer.produce("verdicts", verdict(number), b"c%d" % number)
        assert producer.flush(30) == 0
        options = {
            "bootstrap.servers": broker.address,
            "group.id": "upsert",
            "session.timeout.ms": 6_000,
            "enable.auto.commit": False,
            "auto.offset.reset": "earliest",
        }
        with pytest.raises(SystemExit, match="killed"):
            read(CrashingConsumer(options), database, done)
        assert done
        read(Consumer(options), database, done)
        assert len(rows(database)) == len(done) == _SAMPLES


def read(consumer: Consumer, database: sqlite3.Connection, done: list[tuple[str, str]]) -> None:
    """Consume until every verdict's offset is committed."""
    consumer.subscribe(["verdicts"])
    asked = [TopicPartition("verdicts", number) for number in range(PARTITIONS)]
    try:
        for _ in range(60):
            consume(consumer, database, lambda *act: done.append(act), idle_s=1.0)
            if sum(max(0, one.offset) for one in consumer.committed(asked)) == _SAMPLES:
                return
        raise TimeoutError("the consumer got no verdicts")
    finally:
        consumer.close()
