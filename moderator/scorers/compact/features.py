"""Hashed byte n-grams within words, and words, of a whole batch at once, each counted once.

The texts are laid out one after another in a single byte buffer, so that everything is a few
numpy operations and nothing is done character by character in Python. The texts "ab" and "cd":

    data      ␠ a b ␠ 0 ␠ c d ␠          each text between spaces, a zero between texts
    owner     0 0 0 0 0 0 1 1 1          the text of each byte (spaces may be either's)
    bigrams   ␠a ab b␠ ␠0 0␠ ␠c cd d␠    hash = first * base + second, for all at once
    trigrams  ␠ab ab␠ b␠0 …              hash of the bigram * base + the next byte, and so on

N-grams with a space inside (b␠0) are left out, by a running count of spaces. A word is hashed
as the difference of two running sums, Σ byte * base^position, divided by base^start. The text's
number and the hash's 20 bits together make one 32-bit key; sorting the keys groups them by text
and brings equal features together.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

_BITS = 20
BUCKETS = 1 << _BITS
MAX_TEXTS = 1 << (32 - _BITS)
_SHORTEST, _LONGEST = 3, 5
"""Bytes in an n-gram, which may include the space before or after its word."""

Buckets = npt.NDArray[np.int64]
Hashes = npt.NDArray[np.uint32]
Offsets = npt.NDArray[np.int64]

_BASE = np.uint32(0x01000193)
_INVERSE = np.uint32(pow(0x01000193, -1, 1 << 32))
_SPREAD = np.uint32(0x9E3779B1)
_PAIR = np.uint32(0x85EBCA6B)
_GAP = b" \x00 "
_WORD = np.zeros(256, dtype=np.bool_)
_WORD[[*b"abcdefghijklmnopqrstuvwxyz0123456789'", *range(128, 256)]] = True


@dataclass(frozen=True)
class Features:
    """The distinct features of several texts.

    Those of text i are ``buckets[first[i]:first[i + 1]]``, ascending.
    """

    buckets: Buckets
    first: Offsets


def char_features(texts: Sequence[str]) -> Features:
    """Byte n-grams without a space inside, of at most `MAX_TEXTS` texts."""
    data, owner = _laid_out(texts)
    spaces = np.cumsum(data <= ord(" "), dtype=np.int32)
    wide = data.astype(np.uint32)
    rolling = wide + np.uint32(1)
    keys = []
    for order in range(2, _LONGEST + 1):
        rolling = rolling[:-1] * _BASE + wide[order - 1 :]
        if order >= _SHORTEST:
            within = spaces[order - 2 : -1] == spaces[: len(rolling)]
            keys.append(owner[: len(rolling)][within] | _buckets(rolling[within], order))
    return _distinct(np.concatenate(keys), len(texts))


def word_features(texts: Sequence[str]) -> Features:
    """Words, and pairs of neighbouring words, of at most `MAX_TEXTS` texts."""
    data, owner = _laid_out(texts)
    inside = _WORD[data]
    edges = np.flatnonzero(inside[1:] != inside[:-1]) + 1
    starts, ends = edges[0::2], edges[1::2]
    powers = np.cumprod(np.full(len(data), _BASE, dtype=np.uint32), dtype=np.uint32)
    unpowers = np.cumprod(np.full(len(data), _INVERSE, dtype=np.uint32), dtype=np.uint32)
    sums = np.cumsum(data * powers, dtype=np.uint32)
    hashes = (sums[ends - 1] - sums[starts - 1]) * unpowers[starts]
    owner = owner[starts]
    near = owner[:-1] == owner[1:]
    pairs = (hashes[:-1] * _PAIR + hashes[1:])[near]
    keys = (owner | _buckets(hashes, 7), owner[:-1][near] | _buckets(pairs, 8))
    return _distinct(np.concatenate(keys), len(texts))


def _laid_out(texts: Sequence[str]) -> tuple[npt.NDArray[np.uint8], Hashes]:
    """All bytes, each text between spaces, and each byte's text in the upper bits of a key."""
    encoded = [text.encode("utf-8", "replace") for text in texts]
    data = np.frombuffer(b" " + _GAP.join(encoded) + b" ", dtype=np.uint8)
    lengths = np.fromiter(map(len, encoded), np.int64, len(encoded)) + len(_GAP)
    numbers = np.arange(len(texts), dtype=np.uint32) << np.uint32(_BITS)
    return data, np.repeat(numbers, lengths)[: len(data)]


def _buckets(hashes: Hashes, salt: int) -> Hashes:
    mixed = (hashes ^ (hashes >> np.uint32(15))) + np.uint32(salt * 0x3C6EF372 % (1 << 32))
    return (mixed * _SPREAD) >> np.uint32(32 - _BITS)


def _distinct(keys: Hashes, texts: int) -> Features:
    """Each text's buckets once; `keys` have the text in their upper and the bucket in their lower
    bits."""
    keys = np.sort(keys)
    keys = keys[np.concatenate(([True], keys[1:] != keys[:-1]))[: len(keys)]]
    bounds = np.arange(texts, dtype=np.uint32) << np.uint32(_BITS)
    first = np.append(np.searchsorted(keys, bounds), len(keys))
    return Features((keys & np.uint32(BUCKETS - 1)).astype(np.int64), first)
