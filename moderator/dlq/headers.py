"""The headers of dead letters, in Kafka Connect's form, and what is carried of the producer's."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from operator import methodcaller
from typing import TYPE_CHECKING, Any

from moderator.errors import RecordError
from moderator.records import DeadLetter

if TYPE_CHECKING:
    from confluent_kafka import Message

PREFIX = "__connect.errors."
ATTEMPTS = "moderator.attempts"
"""How often a record was put back to the comments' topic; decimal."""
TRUNCATED = "moderator.truncated"
"""Set if the broker refused the whole record: its full size in bytes, decimal."""

_headers = methodcaller("headers")
_CARRIED_BYTES = 16_384
"""The producer's own headers are kept up to this total size."""

Headers = Sequence[tuple[str, bytes]]


@dataclass(frozen=True, slots=True)
class Source:
    """Where a record came from."""

    topic: str
    partition: int
    offset: int


def dead_letter(
    source: Source, key: bytes | None, value: bytes | None, headers: Headers, error: RecordError
) -> DeadLetter:
    """The dead letter of a record that `error` refused.

    The producer's own headers stay in front (tracing, count of attempts) unless they are huge.
    """
    facts = {
        "topic": source.topic,
        "partition": str(source.partition),
        "offset": str(source.offset),
        "stage": error.stage,
        "class.name": "moderator.decoding.Codec",
        "exception.class.name": f"moderator.errors.{type(error).__name__}",
        "exception.message": str(error),
        "reason": error.reason,
    }
    ours = tuple((PREFIX + name, text.encode()) for name, text in facts.items())
    return DeadLetter(key=key, value=value or b"", headers=(*carried(headers), *ours))


def carried(headers: Headers) -> tuple[tuple[str, bytes], ...]:
    """The headers of a record that are not about an earlier failure.

    Of huge ones only the count of attempts is kept: without it a bad record could be put back for
    ever.
    """
    own = tuple((name, value or b"") for name, value in headers if not name.startswith(PREFIX))
    if _size(own) <= _CARRIED_BYTES:
        return own
    count = attempts(own)
    return ((ATTEMPTS, str(count).encode()),) if count else ()


def headers_of(message: Message) -> list[tuple[str, bytes]] | None:
    """A record's headers, to be asked for once; None if a name is not UTF-8.

    For such a name confluent-kafka (2.16) gives a list with holes in it beside the exception: a
    direct call that Python has optimized, or a second one, would end the process.
    """
    try:
        pairs: Any = _headers(message) or ()
    except (UnicodeDecodeError, SystemError):
        return None
    return [(name, value or b"") for name, value in pairs]


def attempts(headers: Headers) -> int:
    """How often a record was put back so far; 0 if the header is missing or not a number."""
    values = [value for name, value in headers if name == ATTEMPTS]
    return max((int(v) for v in values if v and len(v) <= 9 and v.isdigit()), default=0)


def _size(headers: Iterable[tuple[str, bytes]]) -> int:
    return sum(len(name) + len(value) for name, value in headers)
