"""Records wilder still: any JSON, any block of Unicode, numbers and nests without end."""

from __future__ import annotations

import json
import random
from collections.abc import Iterator
from typing import Any

_BLOCKS = (
    (0x20, 0x7E), (0xA0, 0x17F), (0x300, 0x36F), (0x370, 0x52F), (0x590, 0x6FF), (0x900, 0x97F),
    (0x200B, 0x206F), (0x2100, 0x2BFF), (0x3040, 0x30FF), (0x4E00, 0x4FFF), (0xAC00, 0xACFF),
    (0xD800, 0xDFFF), (0xE000, 0xE0FF), (0xFE00, 0xFE0F), (0xFF01, 0xFF5E), (0x1D400, 0x1D7FF),
    (0x1F300, 0x1F64F), (0xE0000, 0xE007F), (0x10FF00, 0x10FFFF),
)  # fmt: skip
_VALUES: tuple[Any, ...] = (
    None, True, 0, -1, 1e308, 10**30, "", "x", [], {}, [[]], {"a": 1}, "\u0000", "\ud800", 0.1,
)  # fmt: skip
_PIECES = (
    b"1e999", b"-0", b"1" * 5_000, b"1." + b"0" * 5_000, b"NaN", b"Infinity", b"01", b"\\u0000",
    b'"\\ud800"', b'"\\udc00\\ud800"', b"\xff", b"\xed\xa0\x80", b"\xc0\x80", b"\xf4\x90\x80\x80",
    b"\xef\xbb\xbf", b"[" * 400, b'{"a":' * 400, b"//", b"'", b"\x00", b"\x1b[2J", b",,", b"}{",
)  # fmt: skip
_ENDLESS = (
    b'{"id":"n","text":"x","z":' + b"9" * 100_000 + b"}",
    b'{"id":"n","text":"x","z":' + b"[" * 900 + b"]" * 900 + b"}",
    b'{"id":"n","text":"x"' + b',"z":1' * 20_000 + b"}",
    b'{"id":"n","text":"' + b"> " * 30_000 + b'"}',
    b'{"id":"n","text":"' + b"a." * 30_000 + b'"}',
)
_FIELDS = ("id", "text", "community", "author", "created_at", "parent_id", "Text", "extra", "")


def wild_records(count: int, seed: int) -> Iterator[bytes | None]:
    """`count` values of records; the same for the same seed."""
    chance = random.Random(seed)
    makers = (_any_object, _any_object, _any_text, _any_text, _pieced, _pieces, _endless)
    weights = (20, 20, 20, 20, 30, 5, 0.1)
    return (chance.choices(makers, weights)[0](chance) for _ in range(count))


def _any_text(chance: random.Random) -> bytes:
    low, high = chance.choice(_BLOCKS)
    text = "".join(chr(chance.randint(low, high)) for _ in range(chance.choice((0, 1, 40, 300))))
    if chance.random() < 0.3:
        text = "".join(f"{letter}{mark}" for letter, mark in zip("abuse" * 60, text, strict=False))
    comment = {"id": f"w{chance.randrange(10**9)}", "text": text, "extra": _value(chance)}
    value = json.dumps(comment, ensure_ascii=chance.random() < 0.5)
    return value.encode("utf-8", "surrogatepass")


def _any_object(chance: random.Random) -> bytes:
    """Often with our fields, some of them twice or of another type."""
    pairs = [(chance.choice(_FIELDS), _value(chance)) for _ in range(chance.randrange(8))]
    inner = ",".join(f"{json.dumps(key)}:{json.dumps(value)}" for key, value in pairs)
    return f"{{{inner}}}".encode()


def _value(chance: random.Random) -> Any:
    value = chance.choice(_VALUES)
    for _ in range(chance.choice((0, 0, 1, 3, 200))):
        value = [value] if chance.random() < 0.5 else {"k": value}
    return value


def _pieced(chance: random.Random) -> bytes:
    """A comment with something foreign in it."""
    value = bytearray(_any_text(chance))
    for _ in range(chance.randint(1, 3)):
        at = chance.randrange(len(value) + 1)
        value[at : at + chance.choice((0, 0, 1, 20))] = chance.choice(_PIECES)
    return bytes(value)


def _pieces(chance: random.Random) -> bytes:
    return b"".join(chance.choices(_PIECES, k=chance.randint(1, 4)))


def _endless(chance: random.Random) -> bytes:
    return chance.choice(_ENDLESS)
