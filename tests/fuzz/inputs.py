"""Records no sane producer would write, from a seed."""

from __future__ import annotations

import json
import random
from collections.abc import Iterator
from typing import Any

_PIECES = (
    "fuck", "f u c k", "fսck", "ſhit", "sh1t", "a$$", "𝓯𝓾𝓬𝓴", "f\u200bu\u200bc\u200bk",
    "\u0301" * 40, "\u202e", "\u2066", "\ufeff", "\ufffd", "\x7f", "\x1b[31m", "👩‍👩‍👧‍👦",
    "🏴\U000e0067", "scunthorpe",
    "ﷺ", "İ", "ß", "ﬁ", "\n> ", "\n>> ", "> quoted ", '"', "\\", "{{", "%s", "a" * 300, "!" * 200,
    " ", "\t", "\r\n", "的", "ш", "ا", "\U0010ffff", "http://x.y/?a=b", "@you", "0", "-", "_", "*",
)  # fmt: skip
_FIELDS = ("id", "text", "community", "author", "created_at", "parent_id", "extra", "ID", "")


def records(count: int, seed: int) -> Iterator[bytes | None]:
    """`count` values of records; the same for the same seed."""
    chance = random.Random(seed)
    makers = (_sound, _sound, _sound, _mutated, _mutated, _truncated, _odd_types, _noise, _rare)
    return (chance.choice(makers)(chance) for _ in range(count))


def _text(chance: random.Random) -> str:
    length = chance.choice((0, 1, 3, 8, 20))
    return "".join(
        chance.choice(_PIECES) if chance.random() < 0.7 else chr(chance.randrange(1, 0xD800))
        for _ in range(length)
    )


def _sound(chance: random.Random) -> bytes:
    fields = {"id": f"c{chance.randrange(10**9)}", "text": _text(chance)}
    if chance.random() < 0.3:
        fields[chance.choice(("community", "author", "parent_id"))] = _text(chance)
    return json.dumps(fields, ensure_ascii=chance.random() < 0.5).encode()


def _mutated(chance: random.Random) -> bytes:
    data = bytearray(_sound(chance))
    for _ in range(chance.randrange(1, 6)):
        at = chance.randrange(len(data))
        match chance.randrange(4):
            case 0:
                data[at] = chance.randrange(256)
            case 1:
                del data[at]
            case 2:
                data[at:at] = chance.choice((b"\\u0000", b"\\ud800", b"\xff", b'"', b"\x00", b"}"))
            case _:
                data[at:at] = data[at : at + 20]
        if not data:
            break
    return bytes(data)


def _truncated(chance: random.Random) -> bytes:
    data = _sound(chance)
    return data[: chance.randrange(len(data))]


def _value(chance: random.Random, depth: int = 0) -> Any:
    scalars: tuple[Any, ...] = (None, True, 0, -1, 1e308, 10**40, "", "x", _text(chance))
    if depth > 3 or chance.random() < 0.6:
        return chance.choice(scalars)
    values = [_value(chance, depth + 1) for _ in range(chance.randrange(4))]
    return values if chance.random() < 0.5 else {chance.choice(_FIELDS): v for v in values}


def _odd_types(chance: random.Random) -> bytes:
    fields = chance.sample(_FIELDS, chance.randrange(len(_FIELDS)))
    return json.dumps({field: _value(chance) for field in fields}).encode()


def _noise(chance: random.Random) -> bytes:
    return chance.randbytes(chance.choice((0, 1, 2, 10, 100)))


def _rare(chance: random.Random) -> bytes | None:
    if chance.random() < 0.99:
        return _sound(chance)
    piece = chance.choice(_PIECES)
    full = (piece * (65_536 // len(piece.encode()) + 1)).encode()[:65_000].decode("utf-8", "ignore")
    return chance.choice(
        (
            None,
            b"[" * 100_000,
            b'{"id":"n","text":"x","z":' + b'{"a":' * 20_000 + b"1" + b"}" * 20_001,
            json.dumps({"id": "large", "text": full}, ensure_ascii=False).encode(),
            json.dumps({"id": "x" * 2_000, "text": "x"}).encode(),
        )
    )
