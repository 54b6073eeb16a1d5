"""Puts dead letters back to the comments' topic: at least once, each at most so many times.

A letter is put back, its confirmation awaited, and only then is the progress committed; so a
crash repeats some, and loses none. Each carries how often it was put back, and stays where it is
once that reaches the cap.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Self

from confluent_kafka import Consumer, KafkaError, KafkaException, Message, Producer, TopicPartition

from moderator.dlq.headers import ATTEMPTS
from moderator.dlq.offsets import RedriveOffsets, settled
from moderator.dlq.reader import DeadLetterRecord, Selection, Watermarks, read, watermarks_of
from moderator.errors import BrokerError
from moderator.kafka.admin import Administration, committed, error_of, retry_transient
from moderator.kafka.client_config import librdkafka_options
from moderator.settings import Settings

_CONFIRM_S = 60.0
_REQUEST_BYTES = 16 * 1024 * 1024


@dataclass(slots=True)
class Redriven:
    """What a redrive did, or in a dry run would do. `kept` counts those left, by why."""

    dry_run: bool
    redriven: int = 0
    kept: Counter[str] = field(default_factory=Counter)
    forgotten: int = 0
    """Put back, but too scattered to remember: the next redrive would put them back again."""


def group_of(settings: Settings) -> str:
    """The consumer group that keeps the progress."""
    return f"{settings.stream.group}.redrive"


def progress(settings: Settings, watermarks: Watermarks) -> dict[int, RedriveOffsets]:
    """Partition → what was put back. Raises BrokerError."""
    topic = settings.topics.dead_letters
    return settled(watermarks, committed(settings.kafka, group_of(settings), topic, watermarks))


def redrive(
    settings: Settings, selection: Selection, *, max_attempts: int, dry_run: bool = False
) -> Redriven:
    """Put back the letters there are now that `selection` means. Raises BrokerError."""
    topic = settings.topics.dead_letters
    broker = Administration(settings.kafka)
    watermarks = watermarks_of(broker, settings)
    done = progress(settings, watermarks)
    expected = {number: one.offset for number, one in done.items()}
    result = Redriven(dry_run)
    with _Back(settings, len(broker.partitions.get(settings.topics.comments, ()))) as back:
        rest = {number: (one.offset, watermarks[number][1]) for number, one in done.items()}
        for letters in read(settings.kafka, topic, rest):
            chosen: list[DeadLetterRecord] = []
            for letter in letters:
                at = done[letter.partition]
                for missing in range(expected[letter.partition], letter.offset):
                    at.add(missing)  # a transaction's marker, or compacted away
                expected[letter.partition] = letter.offset + 1
                if letter.offset not in at:
                    why = _why_kept(letter, selection, max_attempts)
                    if why is None:
                        chosen.append(letter)
                    else:
                        result.kept[why] += 1
            if chosen and not dry_run:
                back.put(chosen, done, result)
                result.forgotten = back.commit(done)
            elif dry_run:
                result.redriven += len(chosen)
    return result


def _why_kept(letter: DeadLetterRecord, selection: Selection, max_attempts: int) -> str | None:
    if not selection.holds(letter):
        return "not_selected"
    if letter.truncated:
        return "truncated"
    return "exhausted" if letter.attempts >= max_attempts else None


class _Back:
    """Producer of what is put back, and keeper of the progress."""

    def __init__(self, settings: Settings, partitions: int) -> None:
        self._topics = settings.topics
        self._partitions = partitions
        options = librdkafka_options(settings.kafka)
        self._producer = Producer(
            {
                **options,
                "acks": "all",
                "enable.idempotence": True,
                "message.max.bytes": _REQUEST_BYTES,
                "message.timeout.ms": int(_CONFIRM_S * 1000),
            }
        )
        self._committer = Consumer(
            {**options, "group.id": group_of(settings), "enable.auto.commit": False}
        )

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._committer.close()

    def put(
        self,
        letters: Sequence[DeadLetterRecord],
        done: Mapping[int, RedriveOffsets],
        result: Redriven,
    ) -> None:
        """Put letters back, and settle those that the broker confirmed.

        Raises BrokerError where it took one neither, nor refused it for its size.
        """
        failed: list[str] = []

        def settle(letter: DeadLetterRecord, error: KafkaError | None) -> None:
            if error is None:
                done[letter.partition].add(letter.offset)
                result.redriven += 1
            elif error.code() == KafkaError.MSG_SIZE_TOO_LARGE:
                result.kept["too_large"] += 1
            else:
                failed.append(error.name())

        for letter in letters:
            self._produce(letter, settle)
        self._producer.flush(_CONFIRM_S + 5)
        if failed or len(self._producer):
            raise BrokerError(
                f"the broker does not take what is put back ({', '.join(sorted(set(failed)))}): "
                "run again for the rest; a few may come twice"
            )

    def commit(self, done: Mapping[int, RedriveOffsets]) -> int:
        """Keep the progress; how many settled letters found no room. Raises BrokerError."""
        told = {number: one.metadata() for number, one in done.items()}
        places = [
            TopicPartition(self._topics.dead_letters, number, done[number].offset, metadata)
            for number, (metadata, _) in told.items()
        ]

        def ask() -> None:
            for place in self._committer.commit(offsets=places, asynchronous=False):
                if place.error is not None:
                    raise KafkaException(place.error)

        retry_transient(ask, "keep the redrive's progress")
        return sum(forgotten for _, forgotten in told.values())

    def _produce(
        self,
        letter: DeadLetterRecord,
        settle: Callable[[DeadLetterRecord, KafkaError | None], None],
    ) -> None:
        headers: list[tuple[str, str | bytes | None]] = [
            pair for pair in letter.headers if pair[0] != ATTEMPTS
        ]
        headers.append((ATTEMPTS, str(letter.attempts + 1)))

        def delivered(error: KafkaError | None, _: Message) -> None:
            settle(letter, error)

        while True:
            try:
                self._producer.produce(
                    self._topics.comments,
                    letter.value,
                    letter.key,
                    self._partition(letter),
                    headers=headers,
                    on_delivery=delivered,
                )
            except BufferError:
                self._producer.poll(0.1)
            except KafkaException as error:
                settle(letter, error_of(error))
                return
            else:
                return

    def _partition(self, letter: DeadLetterRecord) -> int:
        """The one it came from, so that comments of a key stay together; -1: by its key."""
        topic, number, _ = letter.source
        known = topic == self._topics.comments and number.isascii() and number.isdigit()
        return int(number) if known and int(number) < self._partitions else -1
