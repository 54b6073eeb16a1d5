"""What a reader sees of a text once it is displayed: markup, entities and drawn letters undone.

Only inside words, where markup hides rather than decorates. Each character keeps its place in the
original. Worked example, `s<b>l</b>ut`: both tags have a letter on each side and go; the result
"slut" stands for the characters 0, 4, 9 and 10, so a match of it spans the whole disguise.

The patterns have bounded repeats only, so that the work is linear in the text.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from html import unescape
from string import ascii_lowercase
from typing import NamedTuple

_INSIDE = re.compile(
    r"<!--[^<>]{0,200}-->|</?[a-zA-Z][^<>]{0,200}>|\[/?[a-zA-Z]{1,10}(?:=[^\[\]]{0,100})?\]"
    r"|\]\([^()\s]{1,200}\)"
)
_PAIRS = re.compile(
    r"\*\*(?P<bold>\w{1,20})\*\*|\|\|(?P<spoiler>\w{1,20})\|\||~~(?P<strike>\w{1,20})~~"
    r"|__(?P<under>[^\W_]{1,20})__|`(?P<code>\w{1,20})`|\[(?P<link>\w{1,20})\]\([^()\s]{1,200}\)"
)
_CODED = re.compile(
    r"&(?:#[0-9]{1,7}|#[xX][0-9a-fA-F]{1,6}|[a-zA-Z]{2,8});|%[2-7][0-9a-fA-F]"
    r"|:regional_indicator_[a-z]: ?"
)
_REVERSED = re.compile("\u202e([^\u202c\n]{1,400})\u202c?")
_TURNED = dict(
    zip("ɐqɔpǝɟƃɓɥᴉıɾʞlʃןɯuodbɹsʇʌʍxʎz", "abcdefggh" + "iijklllmnopqrstvwxyz", strict=True)
) | {"n": "u", "u": "n"}
_TURNED_ONLY = frozenset("ɐɔǝɟƃɓɥᴉɾʞʃןɯɹʇʌʍʎ")
_DRAWN = dict(
    zip(
        "卂乃匚ᗪ乇千Ꮆ卄丨ﾌҜㄥ爪几ㄖ卩Ɋ尺丂ㄒㄩᐯ山乂ㄚ乙" + "ムᏂモキんﾘメ",
        ascii_lowercase + "ghefhyx",
        strict=True,
    )
)
"""Signs of other scripts that sites for "fancy text" put in the place of Latin letters."""
_DRAWN_ONLY = frozenset("卂乃匚ᗪ乇Ꮆ卄丨Ҝㄥㄖ卩Ɋ丂ㄒㄩᐯ乂ㄚム")
"""Those that are rare in the scripts they are from."""
_WORD = re.compile(r"\w+")
_HUMPS = re.compile(r"(?<=[a-z])(?=[A-Z])|(?<=[A-Z])(?=[A-Z][a-z])")
_ANY_HUMP = re.compile(r"[a-z][A-Z]|[A-Z][A-Z][a-z]")
"""Where `_HUMPS` may cut: twice as fast to look for."""
_GLUED = re.compile(r"(?<![\w/.:])[#@]?[A-Za-z]{4,60}(?![\w/.:@])")
_LEAST_MEAN = 2.5  # letters of a piece, as in "GoToHell"
_HIDES = frozenset("<[*|~`_&%:\u202e") | _TURNED_ONLY | _DRAWN_ONLY

Places = list[int]


class Revealed(NamedTuple):
    """`text` as displayed; `places[i]` is the offset in the original of its character i."""

    text: str
    places: Places

    def span(self, start: int, end: int) -> tuple[int, int]:
        """The span of the original that the characters `start`..`end` came from."""
        places = self.places[start:end]
        return min(places), max(places) + 1


def reveal(text: str) -> Revealed | None:
    """The text as displayed, or None if it is displayed as it is written."""
    if _HIDES.isdisjoint(text):
        return None
    shown = Revealed(text, list(range(len(text))))
    steps = (_decoded, _without_pairs, _without_markup, _in_reading_order, _upright, _lettered)
    for step in steps:
        shown = step(shown)
    return shown if shown.text != text else None


def split_words(text: str) -> Revealed | None:
    """The text with words apart that were glued by their capitals: "#NoOneHere", or None."""
    if _ANY_HUMP.search(text) is None:
        return None
    cuts: list[int] = []
    for match in _GLUED.finditer(text):
        humps = [match.start() + hump.start() for hump in _HUMPS.finditer(match[0])]
        if humps and _are_words(match[0]):
            cuts += humps
    if not cuts:
        return None
    pieces: list[str] = []
    places: Places = []
    done = 0
    for cut in [*cuts, len(text)]:
        pieces.append(text[done:cut])
        places += range(done, cut)
        places.append(max(cut - 1, 0))
        done = cut
    return Revealed(" ".join(pieces), places[:-1])


def _are_words(glued: str) -> bool:
    """Whether the pieces between the capitals may be words: those of "sTuPId" are too short.

    One hump in a name (JavaScript, McDonald) parts no words; in a tag it does.
    """
    pieces = _HUMPS.split(glued.lstrip("#@"))
    lengths = [len(piece) for piece in pieces if piece not in ("I", "A")]
    if not lengths or min(lengths) < 2:
        return False
    if glued.startswith(("#", "@")):
        return True
    return len(pieces) > 2 and sum(lengths) >= _LEAST_MEAN * len(lengths)


def as_displayed(text: str) -> str:
    """The text for a model: markup inside words undone, glued words apart."""
    shown = reveal(text)
    text = shown.text if shown else text
    apart = split_words(text)
    return apart.text if apart else text


def _rebuilt(shown: Revealed, changes: Iterator[tuple[int, int, str, Places]]) -> Revealed:
    """The text with each (start, end) replaced by a string whose characters have those places."""
    pieces: list[str] = []
    places: Places = []
    done = 0
    for start, end, new, index in changes:
        pieces += (shown.text[done:start], new)
        places += shown.places[done:start] + index
        done = end
    if not done:
        return shown
    pieces.append(shown.text[done:])
    return Revealed("".join(pieces), places + shown.places[done:])


def _decoded(shown: Revealed) -> Revealed:
    def changes() -> Iterator[tuple[int, int, str, Places]]:
        for match in _CODED.finditer(shown.text):
            start, end = match.span()
            code = match[0].rstrip(" ")
            if code.startswith(":"):
                yield start, end, code[-2], [shown.places[start]]
            elif _letter_beside(shown.text, start, end):
                plain = chr(int(code[1:], 16)) if code.startswith("%") else unescape(code)
                if plain != code and not plain.startswith("<"):
                    yield start, end, plain, [shown.places[start]] * len(plain)

    return _rebuilt(shown, changes())


def _without_pairs(shown: Revealed) -> Revealed:
    def changes() -> Iterator[tuple[int, int, str, Places]]:
        for match in _PAIRS.finditer(shown.text):
            start, end = match.span()
            first, last = match.span(str(match.lastgroup))
            if _letter_beside(shown.text, start, end):
                yield start, end, shown.text[first:last], shown.places[first:last]

    return _rebuilt(shown, changes())


def _without_markup(shown: Revealed) -> Revealed:
    def changes() -> Iterator[tuple[int, int, str, Places]]:
        text = shown.text
        runs: list[list[int]] = []
        for match in _INSIDE.finditer(text):
            if runs and runs[-1][1] == match.start():
                runs[-1][1] = match.end()
            else:
                runs.append([match.start(), match.end()])
        for start, end in runs:
            if start and text[start - 1].isalpha() and text[end : end + 1].isalpha():
                yield start, end, "", []

    return _rebuilt(shown, changes())


def _in_reading_order(shown: Revealed) -> Revealed:
    def changes() -> Iterator[tuple[int, int, str, Places]]:
        for match in _REVERSED.finditer(shown.text):
            first, last = match.span(1)
            yield *match.span(), match[1][::-1], shown.places[first:last][::-1]

    return _rebuilt(shown, changes())


def _upright(shown: Revealed) -> Revealed:
    if _TURNED_ONLY.isdisjoint(shown.text):
        return shown

    def changes() -> Iterator[tuple[int, int, str, Places]]:
        for match in _WORD.finditer(shown.text):
            word = match[0].lower()
            if _TURNED_ONLY.isdisjoint(word) or not all(char in _TURNED for char in word):
                continue
            upright = "".join(_TURNED[char] for char in reversed(word))
            yield *match.span(), upright, shown.places[match.start() : match.end()][::-1]

    return _rebuilt(shown, changes())


def _lettered(shown: Revealed) -> Revealed:
    if _DRAWN_ONLY.isdisjoint(shown.text):
        return shown

    def changes() -> Iterator[tuple[int, int, str, Places]]:
        for match in _WORD.finditer(shown.text):
            word, (start, end) = match[0], match.span()
            if not _DRAWN_ONLY.isdisjoint(word) and all(char in _DRAWN for char in word):
                yield start, end, "".join(map(_DRAWN.__getitem__, word)), shown.places[start:end]

    return _rebuilt(shown, changes())


def _letter_beside(text: str, start: int, end: int) -> bool:
    return (start > 0 and text[start - 1].isalpha()) or text[end : end + 1].isalpha()
