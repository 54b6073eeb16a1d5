"""Reads the verdicts topic without a consumer group, so that it takes nothing from anybody."""

from __future__ import annotations

from collections.abc import Iterator
from math import inf
from time import monotonic

import msgspec

from moderator.errors import BrokerError
from moderator.kafka.topic_reader import TopicReader
from moderator.records import Verdict, decoded_or_none, verdict_from_json
from moderator.settings import Settings

_BATCH = 500
_SILENCE_S = 30.0


class Span(msgspec.Struct, frozen=True):
    """What is read of each partition: from `last` records before its end, or from the first not
    older than `since_ms` (since 1970), or all of it; and then on, or `until_end`, which leaves out
    what is not older than `until_ms`."""

    last: int | None = 0
    since_ms: int | None = None
    until_end: bool = False
    until_ms: int | None = None


def follow(settings: Settings, span: Span, wait_s: float = 0.5) -> Iterator[list[Verdict | None]]:
    """Verdicts as they come, a list at least every `wait_s` seconds; None for a record that is not
    a verdict. Raises BrokerError.
    """
    for values in _values(settings, span, wait_s):
        yield [decoded_or_none(verdict_from_json, value) for value in values]


def find(
    settings: Settings,
    comment_id: str,
    since_ms: int | None = None,
    *,
    scored_at: str | None = None,
    deadline: float = inf,
) -> Verdict | None:
    """The newest verdict on a comment that the topic holds, or None.

    If `scored_at` is that verdict's, nothing is read beyond it. Raises BrokerError, and
    TimeoutError past `deadline`, on the clock of `time.monotonic`.
    """
    wanted = msgspec.json.encode(comment_id)[1:-1]
    newest = None
    for values in _values(settings, Span(None, since_ms, until_end=True), 0.2):
        if monotonic() > deadline:
            raise TimeoutError
        # Most records are of other comments: only those that hold the id are decoded.
        for value in values:
            if not value or wanted not in value:
                continue
            verdict = decoded_or_none(verdict_from_json, value)
            if verdict and verdict.id == comment_id:
                newer = newest is None or verdict.scored_at >= newest.scored_at
                newest = verdict if newer else newest
        if newest is not None and newest.scored_at == scored_at:
            break
    return newest


def _values(settings: Settings, span: Span, wait_s: float) -> Iterator[list[bytes | None]]:
    topic = settings.topics.verdicts
    reader = TopicReader(settings.kafka, "tap", reset="latest", fetch_wait_ms=100)
    try:
        partitions = reader.partitions(topic)
        if not partitions:
            raise BrokerError(f"there is no topic {topic}: `moderator topics create` creates it")
        starts, ends = _bounds(reader, topic, partitions, span)
        reader.assign((topic, number, start) for number, start in starts.items())
        left = {number for number, end in ends.items() if starts[number] < end}
        heard_at = monotonic()
        while left or not span.until_end:
            values = []
            for message in reader.read(_BATCH, wait_s):
                heard_at = monotonic()
                partition, offset = message.partition() or 0, message.offset() or 0
                if _is_within(message.timestamp()[1], span) and (
                    not span.until_end or offset < ends[partition]
                ):
                    values.append(message.value())
                if offset + 1 >= ends[partition]:
                    left.discard(partition)
            left -= {partition for _, partition in reader.ended}
            yield values
            if span.until_end and monotonic() - heard_at > _SILENCE_S:
                raise BrokerError(f"{topic!r} cannot be read: the broker no longer answers")
    finally:
        reader.close()


def _is_within(time_ms: int, span: Span) -> bool:
    return (span.since_ms or 0) <= time_ms and (span.until_ms is None or time_ms < span.until_ms)


def _bounds(
    reader: TopicReader, topic: str, partitions: list[int], span: Span
) -> tuple[dict[int, int], dict[int, int]]:
    """Where to begin in each partition, and where it ends now."""
    marks = {number: reader.watermarks(topic, number) for number in partitions}
    ends = {number: end for number, (_, end) in marks.items()}
    starts = {
        number: first if span.last is None else max(first, end - span.last)
        for number, (first, end) in marks.items()
    }
    if span.since_ms is not None:
        first = {number: first for number, (first, _) in marks.items()}
        starts = first if reader.embedded else reader.first_at(topic, ends, span.since_ms)
    if span.until_ms is not None and not reader.embedded:
        # What comes after a newer record is left out, whatever its own time.
        ends = reader.first_at(topic, ends, span.until_ms)
    return starts, ends
