"""Bytes of a record to a Comment. What cannot be one is refused with stage and reason.

Everything here is linear in the length of the record, and no message holds any of its content.
"""

from __future__ import annotations

import re
from typing import Any

import msgspec

from moderator.errors import RecordError
from moderator.records import Comment

MAX_ID_BYTES = 1024
"""A longer id is refused: ids become keys of Kafka and Redis."""


class _Wire(msgspec.Struct, frozen=True):
    """The fields of a comment as they come; others are skipped unread."""

    id: str
    text: str
    community: str | None = None
    author: str | None = None
    created_at: str | None = None
    parent_id: str | None = None


class Codec:
    """Decodes records; `keep_extra` keeps the fields that this package does not know."""

    def __init__(self, *, max_text_bytes: int, keep_extra: bool = False) -> None:
        self._max_text_bytes = max_text_bytes
        self._keep_extra = keep_extra
        self._wire = msgspec.json.Decoder(_Wire)
        self._object = msgspec.json.Decoder(dict[str, Any])

    def decode(self, value: bytes | None) -> Comment:
        """The comment of a record's value. Raises RecordError."""
        if value is None:
            raise RecordError("decode", "no_value", "the record has no value")
        extra: dict[str, Any] = {}
        try:
            value.decode()
            wire = self._wire.decode(value)
            if self._keep_extra:
                extra = {
                    name: field
                    for name, field in self._object.decode(value).items()
                    if name not in _Wire.__struct_fields__
                }
        except UnicodeDecodeError:
            raise RecordError("decode", "not_utf8", "the record is not UTF-8") from None
        except RecursionError:
            raise RecordError("decode", "too_deep", "the record is nested too deeply") from None
        except msgspec.ValidationError as error:
            raise _invalid(error) from None
        except msgspec.DecodeError:
            raise _malformed(value) from None
        self._check(wire, value)
        return Comment(
            id=wire.id,
            text=wire.text,
            community=wire.community,
            author=wire.author,
            created_at=wire.created_at,
            parent_id=wire.parent_id,
            extra=extra,
        )

    def _check(self, wire: _Wire, value: bytes) -> None:
        if not wire.id:
            raise RecordError("validate", "empty_id", "`id` is empty")
        if len(value) > MAX_ID_BYTES and len(wire.id.encode()) > MAX_ID_BYTES:
            raise RecordError("size", "id_too_large", f"`id` is over {MAX_ID_BYTES} bytes")
        if len(value) > self._max_text_bytes:
            size = len(wire.text.encode())
            if size > self._max_text_bytes:
                message = f"`text` is over the cap: {size} of {self._max_text_bytes} bytes"
                raise RecordError("size", "text_too_large", message)
        if b"\\u0000" in value and ("\0" in wire.id or "\0" in wire.text):
            raise RecordError("validate", "nul", "`id` or `text` holds a NUL")


_FIELDS = ("id", "text", "community", "author", "created_at", "parent_id")


def _invalid(error: msgspec.ValidationError) -> RecordError:
    # msgspec's message names types and the path of a field of ours, never a value.
    message = str(error)
    field = next((name for name in _FIELDS if f"`$.{name}`" in message), None)
    if field is not None:
        return RecordError("validate", "wrong_type", f"`{field}` is of the wrong type")
    for name in ("id", "text"):
        if f"missing required field `{name}`" in message:
            return RecordError("validate", "missing_field", f"`{name}` is missing")
    return RecordError("validate", "not_object", "the record is JSON but no object")


_LONE_SURROGATE = re.compile(
    rb"\\u[dD][89abAB][0-9a-fA-F]{2}(?!\\u[dD][c-fC-F][0-9a-fA-F]{2})"
    rb"|(?<!\\u[dD][89abAB][0-9a-fA-F]{2})\\u[dD][c-fC-F][0-9a-fA-F]{2}"
)


def _malformed(value: bytes) -> RecordError:
    if _LONE_SURROGATE.search(value):
        return RecordError("decode", "lone_surrogate", "the record holds half a surrogate pair")
    return RecordError("decode", "not_json", "the record is not JSON")
