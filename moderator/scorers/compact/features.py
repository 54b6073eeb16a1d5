"""Hashed byte and word n-grams of a whole batch at once, each counted once a text.

The texts lie one after another in a single byte buffer. One multiply and add turns
the hashes of all n-grams into those of all (n+1)-grams; words are hashed by
differences of a running sum. Nothing is done character by character in Python.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

_BITS = 20
BUCKETS = 1 << _BITS
MOST_TEXTS = 1 << (32 - _BITS)
_LONGEST = 6
"""Byte n-grams have 2 to 6 bytes; words and pairs of words come on top."""

Buckets = npt.NDArray[np.int64]
Hashes = npt.NDArray[np.uint32]
Offsets = npt.NDArray[np.int64]

_BASE = np.uint32(0x01000193)
_INVERSE = np.uint32(pow(0x01000193, -1, 1 << 32))
_SPREAD = np.uint32(0x9E3779B1)
_PAIR = np.uint32(0x85EBCA6B)
_GAP = b"\x00" * _LONGEST
_WORD = np.zeros(256, dtype=np.bool_)
_WORD[[*b"abcdefghijklmnopqrstuvwxyz0123456789'", *range(128, 256)]] = True


@dataclass(frozen=True)
class Features:
    """The distinct features of some texts, text by text.

    Those of text i are ``buckets[first[i]:first[i + 1]]``.
    """

    buckets: Buckets
    first: Offsets


def char_features(texts: Sequence[str]) -> list[Features]:
    """Byte n-grams of each order, of at most MOST_TEXTS texts."""
    data, first, last = _laid_out(texts)
    wide = data.astype(np.uint32)
    rolling = wide + np.uint32(1)
    blocks = []
    for order in range(2, _LONGEST + 1):
        rolling = rolling[:-1] * _BASE + wide[order - 1 :]
        blocks.append(_distinct(_buckets(rolling, order), first, last))
    return blocks


def word_features(texts: Sequence[str]) -> list[Features]:
    """Words, and pairs of neighbouring words, of at most MOST_TEXTS texts."""
    data, first, last = _laid_out(texts)
    inside = _WORD[data]
    edges = np.flatnonzero(inside[1:] != inside[:-1]) + 1
    starts, ends = edges[0::2], edges[1::2]
    powers = np.cumprod(np.full(len(data), _BASE, dtype=np.uint32), dtype=np.uint32)
    unpowers = np.cumprod(np.full(len(data), _INVERSE, dtype=np.uint32), dtype=np.uint32)
    sums = np.cumsum(data * powers, dtype=np.uint32)
    hashes = (sums[ends - 1] - sums[starts - 1]) * unpowers[starts]
    first_word = np.searchsorted(starts, first)
    last_word = np.searchsorted(starts, last)
    pairs = hashes[:-1] * _PAIR + hashes[1:]
    last_pair = np.maximum(first_word, last_word - 1)
    return [
        _distinct(_buckets(hashes, 7), first_word, last_word),
        _distinct(_buckets(pairs, 8), first_word, last_pair),
    ]


def _laid_out(texts: Sequence[str]) -> tuple[npt.NDArray[np.uint8], Offsets, Offsets]:
    """All bytes, with gaps between texts, and where each text begins and ends."""
    encoded = [b" " + text.encode("utf-8", "replace") + b" " for text in texts]
    lengths = np.fromiter(map(len, encoded), np.int64, len(encoded))
    data = np.frombuffer(_GAP.join(encoded) + _GAP, dtype=np.uint8)
    last = np.cumsum(lengths + len(_GAP)) - len(_GAP)
    return data, last - lengths, last


def _buckets(hashes: Hashes, salt: int) -> Hashes:
    mixed = (hashes ^ (hashes >> np.uint32(15))) + np.uint32(salt * 0x3C6EF372 % (1 << 32))
    return (mixed * _SPREAD) >> np.uint32(32 - _BITS)


def _distinct(buckets: Hashes, first: Offsets, last: Offsets) -> Features:
    """Each text's buckets once, ascending: text and bucket are sorted as one number."""
    lengths = last - first
    ends = np.cumsum(lengths)
    places = np.arange(ends[-1]) + np.repeat(first - (ends - lengths), lengths)
    owner = np.repeat(np.arange(len(first), dtype=np.uint32) << np.uint32(_BITS), lengths)
    keys = np.sort(owner | buckets[places])
    keys = keys[np.concatenate(([True], keys[1:] != keys[:-1]))[: len(keys)]]
    bounds = np.arange(len(first) + 1, dtype=np.uint64) << np.uint64(_BITS)
    kept = np.searchsorted(keys, bounds[:-1].astype(np.uint32))
    return Features((keys & np.uint32(BUCKETS - 1)).astype(np.int64), np.append(kept, len(keys)))
