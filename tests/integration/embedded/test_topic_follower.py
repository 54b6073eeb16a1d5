"""A follower goes on after failures, says so once, and reads on from where it was."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from confluent_kafka import Producer

from moderator.errors import BrokerError
from moderator.kafka.mock_broker import EmbeddedBroker
from moderator.kafka.topic_reader import FollowedRecord, Offsets, TopicFollower, TopicReader
from moderator.settings import Settings
from tests.waiting import eventually


class Reading(TopicFollower):
    """Keeps what it reads; fails when it begins, as often as asked."""

    def __init__(self, settings: Settings, failures: int) -> None:
        super().__init__(settings.kafka, "test", "things")
        self.values: list[bytes | None] = []
        self._left = failures
        self._next: Offsets = {}

    def _begin(self, reader: TopicReader, partitions: list[tuple[str, int]]) -> Offsets:
        if self._left:
            self._left -= 1
            raise BrokerError("no broker answers")
        return {place: self._next.get(place, 0) for place in partitions}

    def _take(self, records: list[FollowedRecord], offsets: Offsets) -> None:
        self._next.update(offsets)
        self.values += [record.value for record in records]

    def _without(self) -> None:
        raise AssertionError


@pytest.fixture
def settings() -> Iterator[Settings]:
    with EmbeddedBroker() as broker:
        tables = {"kafka": {"bootstrap_servers": broker.address, "metadata_refresh_s": 0.3}}
        yield Settings.load(None, tables)


def test_a_failure_is_said_once_and_nothing_is_read_twice(
    settings: Settings, caplog: pytest.LogCaptureFixture
) -> None:
    producer = Producer({"bootstrap.servers": settings.kafka.bootstrap_servers})
    producer.produce("things", b"one")
    assert producer.flush(30) == 0
    follower = Reading(settings, failures=2)
    follower.start()
    try:
        assert follower.caught_up.wait(60)
        producer.produce("things", b"two")
        assert producer.flush(30) == 0
        both: list[bytes | None] = [b"one", b"two"]
        assert eventually(lambda: follower.values, both) == both
    finally:
        follower.stop()
    said = [one.getMessage() for one in caplog.records if one.name == TopicFollower.__module__]
    assert said == ["no broker answers; the topics are followed again once this is over"]
