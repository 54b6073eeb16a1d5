"""What was produced, and what came out of it."""

from __future__ import annotations

import time
from collections import Counter
from collections.abc import Iterable
from uuid import uuid4

from confluent_kafka import Consumer, KafkaError, Message, Producer, TopicPartition

from moderator.records import verdict_from_json

_PATIENCE_S = 120.0
_METADATA_S = 60.0


class Ledger:
    """Produces records by key, and reads verdicts and dead letters from the beginning."""

    def __init__(
        self,
        bootstrap: str,
        comments: str,
        verdicts: str,
        dead_letters: str,
        *,
        idempotent: bool = True,
    ) -> None:
        """An idempotent producer gives up for good if a leader is killed at the wrong moment."""
        self._bootstrap = bootstrap
        self._comments, self._verdicts = comments, verdicts
        self.produced: set[str] = set()
        """Keys that the broker has confirmed."""
        self.refused: set[str] = set()
        """Keys that the broker did not confirm, though it may have taken them."""
        self.verdicts: Counter[str] = Counter()
        self.dead_letters: Counter[str] = Counter()
        self._producer = Producer(
            {"bootstrap.servers": bootstrap, "acks": "all", "enable.idempotence": idempotent,
             "message.timeout.ms": 300_000, "linger.ms": 5, "log_level": 0}
        )  # fmt: skip
        self._consumer = Consumer(
            {"bootstrap.servers": bootstrap, "group.id": uuid4().hex, "log_level": 0,
             "auto.offset.reset": "earliest", "enable.auto.commit": False}
        )  # fmt: skip
        self._consumer.assign(
            [
                TopicPartition(topic, partition, 0)
                for topic in (verdicts, dead_letters)
                for partition in self._partitions(topic)
            ]
        )

    def _partitions(self, topic: str) -> list[int]:
        """A topic's partitions; a broker that has just made it may not report it at once."""
        deadline = time.monotonic() + _METADATA_S
        while True:
            found = self._consumer.list_topics(topic, timeout=30).topics[topic].partitions
            if found:
                return sorted(found)
            assert time.monotonic() < deadline, f"{topic} is not on the broker"
            time.sleep(0.1)

    def produce(self, records: Iterable[tuple[str, bytes]], stamp_s: float | None = None) -> None:
        """Hand over records by key; `flush` waits for their confirmation.

        `stamp_s`, seconds since 1970, is their timestamp in place of the present time.
        """
        stamp_ms = 0 if stamp_s is None else int(stamp_s * 1000)
        for key, value in records:
            while True:
                try:
                    self._producer.produce(
                        self._comments, value, key, timestamp=stamp_ms, on_delivery=self._delivered
                    )
                    break
                except BufferError:
                    self._producer.poll(0.05)
        self._producer.poll(0)

    def flush(self) -> None:
        """Wait until the broker has everything."""
        if self._producer.flush(_PATIENCE_S):
            raise RuntimeError("the broker does not take records")

    def give_up(self) -> None:
        """Count as refused what the broker has not confirmed by now."""
        self._producer.purge()
        self._producer.flush(_METADATA_S)

    def _delivered(self, error: KafkaError | None, message: Message) -> None:
        keys = self.produced if error is None else self.refused
        keys.add((message.key() or b"").decode())

    def read(self, timeout_s: float = 0.2) -> list[str]:
        """Take note of what has come out; the keys of those records."""
        messages = [m for m in self._consumer.consume(5_000, timeout_s) if m.error() is None]
        keys = []
        for message in messages:
            key, value = (message.key() or b"").decode(), message.value() or b""
            if message.topic() == self._verdicts:
                if verdict_from_json(value).id != key:
                    raise RuntimeError("a verdict's key is not its id")
                self.verdicts[key] += 1
            else:
                self.dead_letters[key] += 1
            keys.append(key)
        return keys

    @property
    def missing(self) -> set[str]:
        """Keys produced that have neither verdict nor dead letter."""
        return self.produced - self.verdicts.keys() - self.dead_letters.keys()

    @property
    def duplicates(self) -> int:
        """Verdicts and dead letters beyond the first of a key."""
        both = self.verdicts + self.dead_letters
        return both.total() - len(both)

    def settle(self, patience_s: float = _PATIENCE_S) -> None:
        """Read until nothing is missing, or the patience is at its end."""
        self.flush()
        deadline = time.monotonic() + patience_s
        while self.missing and time.monotonic() < deadline:
            self.read()

    def read_all(self) -> None:
        """Read all that has come out: if the workers have ended, that is all there will be."""
        deadline = time.monotonic() + _PATIENCE_S
        places = self._consumer.assignment()
        ends = [self._consumer.get_watermark_offsets(place, timeout=30)[1] for place in places]
        # Before the first record a position is negative.
        while any(
            max(0, place.offset) < end
            for place, end in zip(self._consumer.position(places), ends, strict=True)
        ):
            assert time.monotonic() < deadline, "what has come out cannot be read"
            self.read()

    def all_acknowledged(self, group: str) -> bool:
        """Whether the group has committed all that was produced."""
        asking = Consumer({"bootstrap.servers": self._bootstrap, "group.id": group, "log_level": 0})
        places = [TopicPartition(self._comments, n) for n in self._partitions(self._comments)]
        found = asking.committed(places, timeout=30)
        ends = [asking.get_watermark_offsets(place, timeout=30)[1] for place in places]
        asking.close()
        return all(max(0, place.offset) == end for place, end in zip(found, ends, strict=True))

    def close(self) -> None:
        """Let go of the broker."""
        self._consumer.close()
