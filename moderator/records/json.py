"""Records to JSON and back: the form they have on the topics and in files."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, TypeVar

import msgspec

from moderator.records.comment import Comment
from moderator.records.verdict import Verdict

_encoder = msgspec.json.Encoder()
_verdicts = msgspec.json.Decoder(Verdict)

T = TypeVar("T")


def to_json(record: Verdict | Comment) -> bytes:
    """The wire form of a record: one JSON object, UTF-8, no line break."""
    return _encoder.encode(record)


def verdict_from_json(data: bytes | str) -> Verdict:
    """The verdict of a wire form; msgspec.ValidationError if it is something else."""
    return _verdicts.decode(data)


def decoded_or_none(decode: Callable[[bytes], T], value: bytes | None) -> T | None:
    """What `decode` makes of a record's value, or None if it was written by something else."""
    try:
        return decode(value or b"")
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
        return None


def as_mapping(comment: Comment) -> Mapping[str, Any]:
    """All fields of a comment, unknown ones included."""
    known = msgspec.to_builtins(comment)
    known.pop("extra", None)
    if "context" in comment.extra:  # as it came, with what this package does not read of it
        known.pop("context", None)
    return {**comment.extra, **known}
