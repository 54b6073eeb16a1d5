"""English inflections by rule: a term is listed once, its forms follow."""

from __future__ import annotations

from collections.abc import Callable

_VOWELS = "aeiou"


def forms(word: str, kind: str) -> tuple[str, ...]:
    """All forms of `word`, itself first; only the last part of several words is inflected.

    `kind` is one of KINDS: `none`, `noun` (whore, whores, whore's), `verb` (fuck, fucks, fucked,
    fuckin, fucking, fucker, fuckers) or `adjective` (crappy, crappier, crappiest).
    """
    return tuple(dict.fromkeys((word, *KINDS[kind](word))))


def _plural(word: str) -> str:
    if word.endswith("y") and word[-2:-1] not in _VOWELS:
        return word[:-1] + "ies"
    return word + ("es" if word.endswith(("s", "x", "z", "ch", "sh")) else "s")


def _noun(word: str) -> list[str]:
    plural = _plural(word)
    return [plural, word + "s", word + "z", word + "'s", plural + "'"]


def _stems(word: str) -> list[str]:
    """The stems that take verb endings: rap(e), shag(g), fuck; two if usage differs."""
    if word.endswith("e") and not word.endswith("ee"):
        return [word[:-1]]
    short = len(word) >= 3 and word[-1] not in _VOWELS + "wxyhckq" and word[-2] in _VOWELS
    if short and word[-3] not in _VOWELS:
        return [word, word + word[-1]]
    return [word]


def _verb(word: str) -> list[str]:
    inflected = _noun(word)
    for stem in _stems(word):
        inflected += [stem + ending for ending in _VERB_ENDINGS]
    if word.endswith("y") and word[-2:-1] not in _VOWELS:
        inflected += [word[:-1] + ending for ending in ("ied", "ier", "iers")]
    return inflected


_VERB_ENDINGS = (
    "ed", "ing", "in", "in'", "ings", "er", "ers", "er's", "erz", "a", "as", "az", "ah", "able",
)  # fmt: skip


def _adjective(word: str) -> list[str]:
    if word.endswith("y"):
        return [word[:-1] + ending for ending in ("ier", "iest", "ily", "iness")]
    return [word + ending for ending in ("er", "est", "ly", "ness")]


KINDS: dict[str, Callable[[str], list[str]]] = {
    "none": lambda word: [],
    "noun": _noun,
    "verb": _verb,
    "adjective": _adjective,
}
