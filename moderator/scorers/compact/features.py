"""Hashed byte and word n-grams of a whole batch at once.

The texts lie one after another in a single byte buffer. One multiply and add turns
the hashes of all n-grams into those of all (n+1)-grams; words are hashed by
differences of a running sum. Nothing is done character by character in Python.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import numpy as np
import numpy.typing as npt

_BITS = 20
BUCKETS = 1 << _BITS
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


def _buckets(hashes: Hashes, salt: int) -> Buckets:
    mixed = (hashes ^ (hashes >> np.uint32(15))) + np.uint32(salt * 0x3C6EF372 % (1 << 32))
    return ((mixed * _SPREAD) >> np.uint32(32 - _BITS)).astype(np.int64)


def feature_blocks(texts: Sequence[str]) -> Iterator[tuple[Buckets, Offsets, Offsets]]:
    """Blocks of features: buckets, and for each text its first and past-the-last place in them.

    A text's features of a block are ``buckets[first[i]:last[i]]``; there is one block for each
    order, one of words and one of pairs of words.
    """
    encoded = [b" " + text.encode("utf-8", "replace") + b" " for text in texts]
    lengths = np.fromiter(map(len, encoded), np.int64, len(encoded))
    data = np.frombuffer(_GAP.join(encoded) + _GAP, dtype=np.uint8)
    first = np.concatenate(([0], np.cumsum(lengths + len(_GAP))[:-1])).astype(np.int64)
    last = first + lengths
    wide = data.astype(np.uint32)
    rolling = wide + np.uint32(1)
    for order in range(2, _LONGEST + 1):
        rolling = rolling[:-1] * _BASE + wide[order - 1 :]
        yield _buckets(rolling, order), first, last
    yield from _words(data, wide, first, last)


def _words(
    data: npt.NDArray[np.uint8], wide: Hashes, first: Offsets, last: Offsets
) -> Iterator[tuple[Buckets, Offsets, Offsets]]:
    inside = _WORD[data]
    edges = np.flatnonzero(inside[1:] != inside[:-1]) + 1
    starts, ends = edges[0::2], edges[1::2]
    powers = np.cumprod(np.full(len(data), _BASE, dtype=np.uint32), dtype=np.uint32)
    unpowers = np.cumprod(np.full(len(data), _INVERSE, dtype=np.uint32), dtype=np.uint32)
    sums = np.cumsum(wide * powers, dtype=np.uint32)
    hashes = (sums[ends - 1] - sums[starts - 1]) * unpowers[starts]
    first_word = np.searchsorted(starts, first)
    last_word = np.searchsorted(starts, last)
    yield _buckets(hashes, 7), first_word, last_word
    pairs = hashes[:-1] * _PAIR + hashes[1:]
    yield _buckets(pairs, 8), first_word, np.maximum(first_word, last_word - 1)
