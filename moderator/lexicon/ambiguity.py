"""Drops matches that mean something else in context: names, homonyms, addresses, code.

Words that are also names (`names` in a lexicon file) do not count if written as one: *Kike García*,
*Stefan Kuntz*. Homonyms (`homonyms`: *a chink of light*, *homo milk*) count only disguised, or near
a word that addresses or abuses someone: *you chink*. Nothing counts inside an address, an
identifier or a run of random characters, unless it is the plain word of an address.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Sequence

from moderator.lexicon.entries.dataset import Lexicon
from moderator.records import Match

_READABLE = 4  # letters of a word that counts although it is part of an address
_LOOK_AROUND = 32  # characters on each side in which a homonym must be aimed at someone
_AIMING = """
you your youre you're u ur yourself yall thou these those them they all hate dirty filthy stupid
dumb fucking fuckin fking fkn damn bloody little fat ugly bitch shit ass kill such another off
"""
_HOSTILE = frozenset(_AIMING.split())
_NOT_BESIDE_NAMES = "you your youre u ur off me my this that hey hi oi shut the a no yes"
_NO_NAMES = frozenset(_NOT_BESIDE_NAMES.split())
_ADDRESS = re.compile(
    r"(?:https?://|www\.)[^\s<>\"]{1,2000}|[\w.+-]{1,64}@[\w-]{1,64}(?:\.[\w-]{1,64}){1,4}"
)
_CODE = re.compile(r"```[^`]{1,4000}```|`[^`\n]{3,400}`|\b\w{1,60}_\w{1,60}\s{0,1}\(")
_NUMBERED = re.compile(
    r"\b(?:[0-9a-f]{4,}(?:-[0-9a-f]{2,}){2,}|[A-Z][ -]?\d{2,4}"
    r"|v?\d{1,4}(?:\.\d{1,4}){1,3}(?:-\w{1,8})?)\b"
)
_LONG = re.compile(r"[\w/+-]{11,2000}")


class Ambiguity:
    """Decides by its context whether a match counts."""

    def __init__(self, lexicon: Lexicon) -> None:
        self._names = lexicon.names
        self._homonyms = lexicon.homonyms

    def counting(self, text: str, matches: Sequence[Match]) -> list[Match]:
        """The matches that count in their context."""
        spans = _technical_spans(text)
        starts = [start for start, _, _ in spans]
        return [match for match in matches if self._counts(text, match, spans, starts)]

    def _counts(
        self, text: str, match: Match, spans: list[tuple[int, int, bool]], starts: list[int]
    ) -> bool:
        before = bisect_right(starts, match.start) - 1
        if before >= 0 and match.start < spans[before][1] and match.end <= spans[before][1]:
            readable = spans[before][2]
            short = match.end - match.start < _READABLE
            if match.evasive or short or not readable or match.severity < 3:
                return False
        written = text[match.start : match.end]
        word = written.lower()
        if match.severity < 3 and not match.evasive and text[: match.start].endswith("."):
            return False  # a file's extension
        if word in self._names and _is_name(text, match.start, match.end):
            return False
        return not (word in self._homonyms and not _is_aimed(text, match.start, match.end))


def _technical_spans(text: str) -> list[tuple[int, int, bool]]:
    """(start, end, whether plain words in it may be meant) of addresses, code and identifiers."""
    spans = []
    if "://" in text or "www." in text or "@" in text:
        spans += [(*found.span(), True) for found in _ADDRESS.finditer(text)]
    if "`" in text or "_" in text:
        spans += [(*found.span(), True) for found in _CODE.finditer(text)]
    if any(map(str.isdigit, text)):
        spans += [(*found.span(), False) for found in _NUMBERED.finditer(text)]
        spans += [(*found.span(), False) for found in _LONG.finditer(text) if _is_random(found[0])]
    return sorted(spans)


def _is_random(token: str) -> bool:
    """Whether a long token is a key, a hash or an identifier of a video."""
    upper, lower, digits = (
        sum(map(kind, token)) for kind in (str.isupper, str.islower, str.isdigit)
    )
    return upper >= 4 and lower >= 3 and digits >= 2


def _is_name(text: str, start: int, end: int) -> bool:
    """Whether the word is capitalised beside another word that is: "Stefan Kuntz"."""
    if not text[start:end].istitle() or text[start:end].isupper():
        return False
    return _capitalised(text[max(0, start - 24) : start], last=True) or _capitalised(
        text[end : end + 24], last=False
    )


def _capitalised(part: str, *, last: bool) -> bool:
    if not part[-1 if last else 0 :][:1].isspace():
        return False
    words = part.split()
    if not words:
        return False
    word = words[-1 if last else 0]
    bare = word.rstrip(".,;:!?") if not last else word
    return bare[:1].isupper() and bare.lower().strip(".") not in _NO_NAMES


def _is_aimed(text: str, start: int, end: int) -> bool:
    """Whether a word near by addresses or abuses someone, or nothing else is said."""
    around = f"{text[max(0, start - _LOOK_AROUND) : start]} {text[end : end + _LOOK_AROUND]}"
    words = {word.strip(".,;:!?\"'()").lower() for word in around.split()}
    return not words or not words.isdisjoint(_HOSTILE)
