"""Turns a record's bytes into a Comment; what cannot be one is refused with stage and reason.

What the author of a comment can put into it is repaired and judged: a NUL is dropped, half a
surrogate pair (`JSON.stringify` of an emoji cut in two) becomes U+FFFD. What only a deployment can
get wrong is refused. Everything here takes time linear in the length of the record, and no message
holds any of its content.
"""

from __future__ import annotations

import re
from operator import attrgetter
from typing import Any

import msgspec

from moderator.errors import RecordError
from moderator.records import Comment, CommentContext
from moderator.records.comment import OPTIONAL_FIELDS, WIRE_FIELDS

MAX_ID_BYTES = 1024
"""A longer id is refused: ids become keys of Kafka and Redis."""

REPLACEMENT = "\N{REPLACEMENT CHARACTER}"

_Wire = msgspec.defstruct(
    "_Wire",
    [
        ("id", str | int),
        ("text", str),
        *((name, str | None, None) for name in OPTIONAL_FIELDS),
        ("context", msgspec.Raw, msgspec.Raw()),
    ],
    frozen=True,
)
"""The fields of a comment as they come; others are skipped unread."""

_READ_FIELDS = ("id", "text", *OPTIONAL_FIELDS)
"""Fields that a comment keeps as they came; a `context` may hold more than is read."""

_optional = attrgetter(*OPTIONAL_FIELDS)
_make: Any = Comment
"""Made from the fields in order, unchecked: the checks come later, one by one."""

_ESCAPE = re.compile(
    rb"\\u[dD][89abAB][0-9a-fA-F]{2}\\u[dD][c-fC-F][0-9a-fA-F]{2}"  # a pair is one character
    rb"|(\\u[dD][89a-fA-F][0-9a-fA-F]{2})"  # half of one
    rb"|\\.",  # so that the `u` of an escaped backslash does not begin another
    re.DOTALL,
)

_SURROGATE = re.compile("[\ud800-\udfff]")


class Codec:
    """Decodes records; `keep_extra` keeps the fields that this package does not know."""

    def __init__(self, *, keep_extra: bool = False) -> None:
        self._keep_extra = keep_extra
        self._wire = msgspec.json.Decoder(_Wire)
        self._object = msgspec.json.Decoder(dict[str, Any])
        self._context = msgspec.json.Decoder(CommentContext)

    def decode(self, value: bytes | None) -> Comment:
        """The comment of a record's value; an integer id becomes its decimal form.

        Raises RecordError.
        """
        if value is None:
            raise RecordError("decode", "no_value", "the record has no value")
        value = _utf8(value)
        try:
            return self._comment(value, value)
        except msgspec.ValidationError as error:
            raise _invalid(error) from None
        except msgspec.DecodeError:
            repaired = with_whole_surrogates(value)
        try:
            return self._comment(repaired, with_whole_surrogates(value, b"?"))
        except msgspec.ValidationError as error:
            raise _invalid(error) from None
        except msgspec.DecodeError:
            raise RecordError("decode", "not_json", "the record is not JSON") from None

    def _comment(self, value: bytes, twin: bytes) -> Comment:
        """The comment in `value`. If it was repaired, `twin` is the same record with other repairs:
        an id that differs between the two was itself repaired, and is refused."""
        try:
            wire: Any = self._wire.decode(value)
            extra = self._extra(value)
        except RecursionError:
            raise RecordError("decode", "too_deep", "the record is nested too deeply") from None
        given = wire.id
        if twin is not value and self._wire.decode(twin).id != given:  # type: ignore[attr-defined]
            raise RecordError(
                "decode", "lone_surrogate", "`id` holds half a surrogate pair", by_author=True
            )
        optional: tuple[Any, ...] = _optional(wire)
        context = self._read_context(wire.context)
        comment: Comment = _make(
            checked_id(str(given)), without_nul(wire.text), *optional, extra, context
        )
        return comment

    def _read_context(self, raw: msgspec.Raw) -> CommentContext | None:
        """A `context` that is not an object means something else to its producer, and is left
        out."""
        data = bytes(raw)
        if not data.startswith(b"{"):
            return None
        try:
            return self._context.decode(data)
        except msgspec.ValidationError as error:
            raise RecordError("validate", "wrong_type", wrong_context(error)) from None

    def _extra(self, value: bytes) -> dict[str, Any]:
        if not self._keep_extra:
            return {}
        fields = self._object.decode(value)
        return {name: field for name, field in fields.items() if name not in _READ_FIELDS}


def wrong_context(error: msgspec.ValidationError) -> str:
    """Which field of a comment's `context` is not of the type that CommentContext gives it."""
    field = str(error).rpartition("$.")[2].rstrip("`")
    return f"`context.{field}` is of the wrong type"


def checked_id(comment_id: str) -> str:
    """The id, if it can be one. Raises RecordError."""
    if not comment_id:
        raise RecordError("validate", "empty_id", "`id` is empty")
    if len(comment_id) > MAX_ID_BYTES // 4 and len(comment_id.encode()) > MAX_ID_BYTES:
        message = f"`id` is over {MAX_ID_BYTES} bytes"
        raise RecordError("size", "id_too_large", message, by_author=True)
    if "\0" in comment_id:
        raise RecordError("validate", "nul", "`id` holds a NUL", by_author=True)
    return comment_id


def without_nul(text: str) -> str:
    """The text without NULs, which most databases cannot hold; offsets count without them."""
    return text.replace("\0", "") if "\0" in text else text


def without_surrogates(text: str) -> str:
    """The text with U+FFFD for each half of a surrogate pair, of the same length: Python's strings
    can hold them, what bytes of a command line are not UTF-8 comes as some, but no record can."""
    return text if text.isascii() else _SURROGATE.sub(REPLACEMENT, text)


def _utf8(value: bytes) -> bytes:
    """The value as UTF-8; surrogates that were encoded one by one become pairs or escapes."""
    try:
        value.decode()
    except UnicodeDecodeError:
        try:
            halves = value.decode("utf-8", "surrogatepass").encode("utf-16-le", "surrogatepass")
        except UnicodeDecodeError:
            raise RecordError("decode", "not_utf8", "the record is not UTF-8") from None
        return halves.decode("utf-16-le", "surrogatepass").encode("utf-8", "backslashreplace")
    return value


def with_whole_surrogates(value: bytes, replacement: bytes = REPLACEMENT.encode()) -> bytes:
    """JSON with `replacement` in place of each escape that is half a surrogate pair."""
    return _ESCAPE.sub(lambda escape: replacement if escape[1] else escape[0], value)


def _invalid(error: msgspec.ValidationError) -> RecordError:
    # msgspec's message names types and the path of a field of ours, never a value.
    message = str(error)
    field = next((name for name in WIRE_FIELDS if f"`$.{name}`" in message), None)
    if field is not None:
        return RecordError("validate", "wrong_type", f"`{field}` is of the wrong type")
    for name in ("id", "text"):
        if f"missing required field `{name}`" in message:
            return RecordError("validate", "missing_field", f"`{name}` is missing")
    return RecordError("validate", "not_object", "the record is JSON but not an object")
