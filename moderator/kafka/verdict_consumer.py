"""Reads verdicts and dead letters as they come, and notices when the broker forgot some."""

from __future__ import annotations

from moderator.errors import BrokerError, OffsetGoneError
from moderator.kafka.topic_reader import TopicReader
from moderator.records import Verdict, verdict_from_json
from moderator.settings import Settings

_BATCH = 1_000


class VerdictConsumer:
    """Reads both topics from where they end now. Raises BrokerError, here and in every method."""

    def __init__(self, settings: Settings) -> None:
        self._topics = settings.topics
        self._reader = TopicReader(settings.kafka, "verdicts", reset="error")
        self._next: dict[tuple[str, int], int] = {}
        for topic in (self._topics.verdicts, self._topics.dead_letters):
            for partition in self._reader.partitions(topic):
                _, self._next[topic, partition] = self._reader.watermarks(topic, partition)
        self._reader.assign(
            (topic, partition, end) for (topic, partition), end in self._next.items()
        )

    def read(self) -> tuple[list[Verdict], list[str]]:
        """What has come since the last call: verdicts, and the keys of dead letters.

        Raises BrokerError if the broker has dropped records before they were read.
        """
        verdicts: list[Verdict] = []
        dead: list[str] = []
        try:
            for message in self._reader.read(_BATCH, 0):
                topic, partition = message.topic() or "", message.partition() or 0
                offset = message.offset() or 0
                if offset > self._next[topic, partition]:
                    self._raise_if_dropped(topic, partition, offset)
                self._next[topic, partition] = offset + 1
                if topic == self._topics.verdicts:
                    verdicts.append(verdict_from_json(message.value() or b""))
                else:
                    dead.append((message.key() or b"").decode("utf-8", "replace"))
        except OffsetGoneError:
            for topic, partition in self._next:
                self._raise_if_dropped(topic, partition)
            raise
        return verdicts, dead

    def close(self) -> None:
        """Close the connection."""
        self._reader.close()

    def _raise_if_dropped(self, topic: str, partition: int, offset: int | None = None) -> None:
        """Gaps alone do not mean loss: transactions leave them too."""
        first, _ = self._reader.watermarks(topic, partition)
        reached = first if offset is None else min(first, offset)
        dropped = reached - self._next[topic, partition]
        if dropped > 0:
            raise BrokerError(
                f"the broker dropped {dropped} records of {topic}/{partition} before they were "
                "read: an embedded broker keeps only the last 5 MiB of a partition"
            )
