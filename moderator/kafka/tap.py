"""Follows the verdicts topic without a consumer group, so that it takes nothing from anybody."""

from __future__ import annotations

from collections.abc import Iterator

import msgspec

from moderator.errors import BrokerError
from moderator.kafka.topic_reader import TopicReader
from moderator.records import Verdict, verdict_from_json
from moderator.settings import Settings

_BATCH = 500


def follow(settings: Settings, last: int, wait_s: float = 0.5) -> Iterator[list[Verdict | None]]:
    """Verdicts as they come, a list at least every `wait_s` seconds; None for a record that is not
    a verdict.

    Begins `last` records before the end of each partition. Raises BrokerError.
    """
    topic = settings.topics.verdicts
    reader = TopicReader(settings.kafka, "tap", reset="latest", fetch_wait_ms=100)
    try:
        partitions = reader.partitions(topic)
        if not partitions:
            raise BrokerError(f"there is no topic {topic} (topics.verdicts)")
        places = []
        for partition in partitions:
            first, end = reader.watermarks(topic, partition)
            places.append((topic, partition, max(first, end - last)))
        reader.assign(places)
        while True:
            yield [_verdict(message.value()) for message in reader.read(_BATCH, wait_s)]
    finally:
        reader.close()


def _verdict(value: bytes | None) -> Verdict | None:
    try:
        return verdict_from_json(value or b"")
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
        return None
