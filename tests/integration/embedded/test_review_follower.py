"""The follower brings both topics into the database, and goes on where it was."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import msgspec
import pytest
from confluent_kafka import Producer

from moderator.feedback.record import Feedback
from moderator.kafka.mock_broker import EmbeddedBroker
from moderator.kafka.topic_reader import TopicReader
from moderator.metrics import Metrics
from moderator.records import Action, Verdict
from moderator.review.database import Database
from moderator.review.follower import ReviewFollower
from moderator.settings import Settings
from tests.unit.review.conftest import decided, held
from tests.unit.review.test_intake import waits
from tests.waiting import eventually

Publish = Callable[..., None]


@pytest.fixture
def settings(tmp_path: Path) -> Iterator[Settings]:
    with EmbeddedBroker() as broker:
        given = {
            "kafka": {"bootstrap_servers": broker.address},
            "feedback": {"to": "topic"},
            "review": {"database": tmp_path / "review.db"},
        }
        yield Settings.load(None, given)


@pytest.fixture
def publish(settings: Settings) -> Publish:
    producer = Producer({"bootstrap.servers": settings.kafka.bootstrap_servers})

    def send(*records: Verdict | Feedback | bytes) -> None:
        for record in records:
            is_verdict = isinstance(record, Verdict)
            value = record if isinstance(record, bytes) else msgspec.json.encode(record)
            producer.produce("verdicts" if is_verdict else "feedback", value)
            if isinstance(record, bytes):
                producer.produce("verdicts", value)
        assert producer.flush(30) == 0

    return send


def following(settings: Settings, database: Database, metrics: Metrics) -> ReviewFollower:
    """A follower that knows what the topics hold now."""
    follower = ReviewFollower(settings, database, metrics)
    follower.start()
    assert follower.caught_up.wait(60)
    return follower


def test_it_reads_both_topics_and_goes_on_where_it_was(
    settings: Settings, publish: Publish, metrics: Metrics
) -> None:
    publish(held("a"), held("b"), b"neither", decided("a", "a", Action.ALLOW))
    database = Database(settings)
    follower = following(settings, database, metrics)
    try:
        assert waits(database) == {"b": 1}
        assert metrics.registry.get_sample_value("moderator_review_waiting_comments") == 1
        publish(held("c"))
        assert eventually(lambda: waits(database), {"b": 1, "c": 1})
    finally:
        follower.stop()
        database.close()
    assert follower.read == 6
    publish(decided("b", "b", Action.BLOCK))
    database = Database(settings)
    follower = following(settings, database, metrics)
    try:
        assert waits(database) == {"c": 1}
        assert follower.read == 1
    finally:
        follower.stop()
        database.close()


def test_a_deleted_file_is_made_of_the_topics(
    settings: Settings, publish: Publish, metrics: Metrics
) -> None:
    publish(held("a"), held("b"), decided("a", "a", Action.ALLOW))
    found = []
    for _ in range(2):
        database = Database(settings)
        follower = following(settings, database, metrics)
        found.append(waits(database))
        follower.stop()
        database.close()
        settings.review.database.unlink()
    assert found == [{"b": 1}] * 2


def test_topics_that_were_made_anew_are_read_from_their_beginning(
    settings: Settings, publish: Publish, metrics: Metrics
) -> None:
    publish(held("a"), decided("z", "z", Action.ALLOW))
    database = Database(settings)
    with database.write() as connection:
        connection.execute("INSERT INTO offsets VALUES ('verdicts', 0, 1000)")
    follower = following(settings, database, metrics)
    try:
        assert waits(database) == {"a": 1}
    finally:
        follower.stop()
        database.close()


def test_records_that_were_gone_are_reported_once(
    settings: Settings,
    publish: Publish,
    metrics: Metrics,
    monkeypatch: pytest.MonkeyPatch,
    caplog: pytest.LogCaptureFixture,
) -> None:
    publish(held("a"), decided("z", "z", Action.ALLOW))
    database = Database(settings)
    following(settings, database, metrics).stop()
    with database.write() as connection:
        (empty,) = connection.execute(
            "SELECT min(number) FROM offsets WHERE topic = 'verdicts' AND next = 0"
        ).fetchone()
        connection.execute(
            "UPDATE offsets SET next = -5 WHERE topic = 'verdicts' AND number = ?", (empty,)
        )
    looks = []
    watermarks = TopicReader.watermarks

    def counted(reader: TopicReader, topic: str, partition: int) -> tuple[int, int]:
        looks.append((topic, partition))
        return watermarks(reader, topic, partition)

    monkeypatch.setattr(TopicReader, "watermarks", counted)
    often = settings.kafka.model_copy(update={"metadata_refresh_s": 0.2})
    follower = following(settings.model_copy(update={"kafka": often}), database, metrics)
    try:
        assert eventually(lambda: looks.count(("verdicts", empty)) > 3, True)
    finally:
        follower.stop()
        database.close()
    said = [one.getMessage() for one in caplog.records if one.name == "moderator.review.follower"]
    assert said == [f"5 records of verdicts/{empty} were gone before they were read"]
