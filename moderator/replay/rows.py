"""Rows of seed files: what every reader gives, and the lines they read from."""

from __future__ import annotations

from collections.abc import Iterator
from typing import IO

import msgspec

from moderator.errors import RowError
from moderator.records import Comment, Verdict

ROW_OVERHEAD_BYTES = 65_536
"""How much longer than its text a row may be: ids, other columns, escapes."""


class Columns(msgspec.Struct, frozen=True):
    """Which columns hold a comment's fields, in which encoding, and how long a text is judged.

    `others` names the columns of optional fields that are not named as the field is.
    """

    id: str = "id"
    text: str = "text"
    max_text_bytes: int = 65_536
    others: dict[str, str] = {}
    encoding: str = "utf-8"

    @property
    def max_row_bytes(self) -> int:
        """A longer row is refused unread; JSON may take 6 bytes for one."""
        return self.max_text_bytes * 6 + ROW_OVERHEAD_BYTES

    def named(self) -> tuple[str, ...]:
        """The columns that a header must name once; the id may be missing."""
        return self.text, self.id, *self.others.values()


class Row(msgspec.Struct, frozen=True, gc=False):
    """One comment of a file, or the verdict on one, or why there is none; `line` counts from 1."""

    line: int
    comment: Comment | None
    error: RowError | None = None
    verdict: Verdict | None = None


class Origin(msgspec.Struct, frozen=True):
    """Where rows come from: what errors call it, and how the ids begin that it gives."""

    name: str
    prefix: str


class Line(msgspec.Struct, frozen=True, gc=False):
    """One line without its end; `data` is None if it was longer than the limit."""

    number: int
    data: bytes | None
    read_bytes: int


def lines(file: IO[bytes], limit_bytes: int) -> Iterator[Line]:
    """The lines of a file, never more than `limit_bytes` of one in memory."""
    number = 0
    while data := file.readline(limit_bytes):
        number += 1
        read = len(data)
        whole: bytes | None = data
        while not data.endswith(b"\n") and len(data) == limit_bytes:
            whole = None
            data = file.readline(limit_bytes)
            read += len(data)
        if number == 1 and whole is not None:
            whole = whole.removeprefix(b"\xef\xbb\xbf")
        yield Line(number, whole.rstrip(b"\r\n") if whole is not None else None, read)


def refused(origin: Origin, line: int, reason: str) -> Row:
    """A row that cannot become a comment."""
    return Row(line, None, RowError(f"{origin.name}:{line}: {reason}"))
