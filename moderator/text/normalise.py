"""The canonical form of a text, and the place each of its characters came from.

In canonical form invisible characters and combining marks are removed; compatibility forms,
lookalikes and emoji letters are replaced by the letters they show; letters are lower case and
blanks are spaces. Punctuation, digits and repeats stay, because they are ambiguous and
`moderator.lexicon.obfuscation.candidates` reads them in several ways. Normalising twice changes
nothing; the work is linear in the text.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator, Sequence
from functools import lru_cache

import msgspec

from moderator.text.characters import distant, fold, keep, script

_FIRST_INDICATOR = "\U0001f1e6"
_BEYOND_ASCII = re.compile(r"[^\x00-\x7f]")
_REGIONAL = range(ord(_FIRST_INDICATOR), 0x1F200)
_REGIONS = (
    "ac ad ae af ag ai al am ao aq ar as at au aw ax az ba bb bd be bf bg bh bi bj bl bm bn bo bq "
    "br bs bt bv bw by bz ca cc cd cf cg ch ci ck cl cm cn co cp cr cu cv cw cx cy cz de dg dj dk "
    "dm do dz ea ec ee eg eh er es et eu fi fj fk fm fo fr ga gb gd ge gf gg gh gi gl gm gn gp gq "
    "gr gs gt gu gw gy hk hm hn hr ht hu ic id ie il im in io iq ir is it je jm jo jp ke kg kh ki "
    "km kn kp kr kw ky kz la lb lc li lk lr ls lt lu lv ly ma mc md me mf mg mh mk ml mm mn mo mp "
    "mq mr ms mt mu mv mw mx my mz na nc ne nf ng ni nl no np nr nu nz om pa pe pf pg ph pk pl pm "
    "pn pr ps pt pw py qa re ro rs ru rw sa sb sc sd se sg sh si sj sk sl sm sn so sr ss st sv sx "
    "sy sz ta tc td tf tg th tj tk tl tm tn to tr tt tv tw tz ua ug um un us uy uz va vc ve vg vi "
    "vn vu wf ws xk ye yt za zm zw"
)


@lru_cache(maxsize=1)
def _region_codes() -> frozenset[str]:
    return frozenset(_REGIONS.split())


class Normal(msgspec.Struct, frozen=True):
    """`text` is the canonical form; `starts[i]` the offset in the original of character i."""

    text: str
    starts: Sequence[int]
    original: str

    def span(self, start: int, end: int) -> tuple[int, int]:
        """The span of the original that the characters `start`..`end` came from, marks included."""
        first, last = self.starts[start], self.starts[end - 1] + 1
        while last < len(self.original) and unicodedata.category(self.original[last])[0] == "M":
            last += 1
        return first, last


def normalise(text: str) -> Normal:
    """The canonical form of any string, however odd; never raises."""
    if text.isascii() and text.isprintable():
        return Normal(text.lower(), range(len(text)), text)
    pieces = [fold(char) for char in text]
    if max(text) >= _FIRST_INDICATOR:
        _hide_flags(text, pieces)
    _keep_other_scripts(text, pieces)
    starts = [index for index, piece in enumerate(pieces) for _ in piece]
    return Normal("".join(pieces), starts, text)


def in_own_script(text: str) -> str:
    """The text with every letter kept in its script, as words of a wholly Russian text are."""
    return "".join(map(_in_own_script, text))


@lru_cache(maxsize=1 << 16)
def _in_own_script(char: str) -> str:
    return keep(char) if char.isalpha() else fold(char)


@lru_cache(maxsize=1 << 16)
def _own_script(char: str) -> str:
    """The script of a character beyond ASCII; empty for those in ASCII."""
    return "" if char.isascii() else script(keep(char))


def _hide_flags(text: str, pieces: list[str]) -> None:
    """Blank the runs of regional indicators that display as flags instead of letters.

    A run does if it splits into pairs that are all region codes, unless letters surround it.
    """
    index = 0
    while index < len(text):
        start = index
        while index < len(text) and ord(text[index]) in _REGIONAL:
            index += 1
        letters = "".join(pieces[start:index])
        codes = {letters[pair : pair + 2] for pair in range(0, len(letters), 2)}
        inside = (
            start > 0
            and pieces[start - 1].isalnum()
            and "".join(pieces[index : index + 1]).isalnum()
        )
        if codes and codes <= _region_codes() and not inside:
            pieces[start:index] = " " * (index - start)
        index += 1


def _keep_other_scripts(text: str, pieces: list[str]) -> None:
    """Undo the folding of words that are written in another script.

    A script is in use if some word entirely in it has a letter that resembles no Latin one; then
    all words entirely in that script keep it (Russian «но» must not become "ho"). For Cyrillic
    only close resemblance counts: я does not pass for r.
    """
    if all(_own_script(char) in ("", "LATIN") for char in set(text)):
        return
    words: list[tuple[str, list[int]]] = []
    genuine: set[str] = set()
    for word in _words_beyond_ascii(text, pieces):
        letters = [i for i in word if pieces[i].isalpha()]
        scripts = {script(keep(text[i])) for i in letters}
        if len(scripts) == 1 and not scripts & {"", "LATIN"}:
            (only,) = scripts
            words.append((only, letters))
            far = distant() if only == "CYRILLIC" else frozenset()
            if any(not pieces[i].isascii() or keep(text[i]) in far for i in letters):
                genuine.add(only)
    for only, letters in words:
        if only in genuine:
            for i in letters:
                pieces[i] = keep(text[i])


def _words_beyond_ascii(text: str, pieces: list[str]) -> Iterator[range]:
    """The places of each word that has a character beyond ASCII."""

    def in_word(index: int) -> bool:
        return not pieces[index] or pieces[index].isalnum()

    end = 0
    for match in _BEYOND_ASCII.finditer(text):
        start = match.start()
        if start < end or not in_word(start):
            continue
        behind, end = end, start + 1
        while start > behind and in_word(start - 1):
            start -= 1
        while end < len(text) and in_word(end):
            end += 1
        yield range(start, end)
