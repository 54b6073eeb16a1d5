"""Ways in which people disguise words: for training, to measure recall, and to test the lexicon.

EVASIONS draw a variant by chance, RESPELLINGS give the one spelling that their name describes.
"""

from __future__ import annotations

import random
import re
from collections.abc import Callable, Sequence

_WORD = re.compile(r"[^\W\d_]{3,}")
_LEET = {
    "a": "@4",
    "e": "3",
    "i": "1!",
    "o": "0",
    "s": "$5",
    "t": "7+",
    "b": "8",
    "l": "1|",
    "g": "9",
}
_TWINS = dict(zip("aeopcyxsijhkt", "аеорсухѕіјһкт", strict=True))
_INVISIBLE = "\u200b\u200c\u200d\u2060\ufeff\u00ad"
_EMOJI = "😂🤣🙄😡🔥💯😭👏"

WordChange = Callable[[str, random.Random], str]
Respelling = Callable[[str], str]


def leet(word: str, rng: random.Random) -> str:
    """Digits and signs for letters."""
    return "".join(
        rng.choice(_LEET[c.lower()]) if c.lower() in _LEET and rng.random() < 0.7 else c
        for c in word
    )


def spaced(word: str, rng: random.Random) -> str:
    """Separators between the letters."""
    return rng.choice(" .-_* ").join(word)


def split(word: str, rng: random.Random) -> str:
    """One gap within the word."""
    index = rng.randrange(1, len(word))
    return f"{word[:index]}{rng.choice(' .-')}{word[index:]}"


def dropped(word: str, rng: random.Random) -> str:
    """One inner letter missing."""
    index = rng.randrange(1, len(word) - 1)
    return word[:index] + word[index + 1 :]


def swapped(word: str, rng: random.Random) -> str:
    """Two neighbouring letters exchanged, the first one kept."""
    if len(word) < 4:
        return word[0] + word[:0:-1]
    index = rng.randrange(1, len(word) - 1)
    return word[:index] + word[index + 1] + word[index] + word[index + 2 :]


def homoglyphs(word: str, rng: random.Random) -> str:
    """Cyrillic letters that look Latin."""
    return "".join(_TWINS.get(c, c) if rng.random() < 0.7 else c for c in word.lower())


def zero_width(word: str, rng: random.Random) -> str:
    """Characters without width between the letters."""
    return "".join(c + (rng.choice(_INVISIBLE) if rng.random() < 0.5 else "") for c in word)


def repeated(word: str, rng: random.Random) -> str:
    """One letter held down."""
    index = rng.randrange(len(word))
    return word[:index] + word[index] * rng.randrange(3, 7) + word[index + 1 :]


def elongated(word: str, rng: random.Random) -> str:
    """Every vowel drawn out."""
    return "".join(c * rng.randrange(2, 5) if c.lower() in "aeiou" else c for c in word)


def masked(word: str, rng: random.Random) -> str:
    """A star for an inner vowel, or for the first letter after the first."""
    inner = [index for index in range(1, len(word)) if word[index].lower() in "aeiou"] or [1]
    index = rng.choice(inner)
    return word[:index] + "*" + word[index + 1 :]


def mixed_case(word: str, rng: random.Random) -> str:
    """Capitals at random."""
    return "".join(c.upper() if rng.random() < 0.5 else c.lower() for c in word)


def emoji(word: str, rng: random.Random) -> str:
    """Pictographs glued to the word."""
    return rng.choice(_EMOJI) + word + rng.choice(_EMOJI)


EVASIONS: dict[str, WordChange] = {
    "mixed_case": mixed_case, "leet": leet, "spaced": spaced, "split": split, "dropped": dropped,
    "swapped": swapped, "homoglyphs": homoglyphs, "zero_width": zero_width, "repeated": repeated,
    "elongated": elongated, "masked": masked, "emoji": emoji,
}  # fmt: skip


def evade_at(
    text: str, spans: Sequence[tuple[int, int]], change: WordChange, rng: random.Random
) -> str:
    """`text` with `change` applied to each word of three letters and more that starts in one of
    the spans (start, end), and to no other."""

    def changed(match: re.Match[str]) -> str:
        inside = any(start <= match.start() < end for start, end in spans)
        return change(match[0], rng) if inside else match[0]

    return _WORD.sub(changed, text)


def evade(text: str, change: WordChange, rng: random.Random, share: float = 0.5) -> str:
    """`text` with `change` applied to `share` of its words of three letters and more."""
    return _WORD.sub(
        lambda match: change(match[0], rng) if rng.random() < share else match[0], text
    )


MISSPELT: tuple[WordChange, ...] = (
    dropped, dropped, dropped, split, split, split, swapped, swapped, spaced, spaced, leet,
    elongated, repeated, masked,
)  # fmt: skip
"""What folding cannot wholly undo of a word's spelling, the harder the more often."""
HARD = (*MISSPELT, emoji, emoji)


def disguise(text: str, rng: random.Random, ways: Sequence[WordChange] = HARD) -> str:
    """A training variant: one or two of the `ways` on a random share of the words."""
    for _ in range(rng.choice((1, 1, 2))):
        text = evade(text, rng.choice(ways), rng, rng.choice((0.15, 0.3, 0.6)))
    return text


def _alphabet(first: int) -> Respelling:
    """Letters moved to another block of Unicode, which has them in order from `first`."""
    return lambda word: "".join(chr(first + ord(c) - ord("a")) if c.islower() else c for c in word)


def _by(table: str) -> Respelling:
    """Letters replaced; `table` alternates a letter and its likeness."""
    likeness = dict(zip(table[::2], table[1::2], strict=True))
    return lambda word: "".join(likeness.get(c, c) for c in word)


def _between(sign: str) -> Respelling:
    return sign.join


def _after_each(mark: str) -> Respelling:
    return lambda word: "".join(c + mark for c in word)


def _around(before: str, after: str) -> Respelling:
    return lambda word: before + word + after


def _vowels(replace: Respelling) -> Respelling:
    return lambda word: "".join(replace(c) if c in "aeiou" else c for c in word)


def _first_vowel(sign: str) -> Respelling:
    def hide(word: str) -> str:
        index = min(index for index, c in enumerate(word) if c in "aeiou" and index)
        return word[:index] + sign + word[index + 1 :]

    return hide


RESPELLINGS: dict[str, Respelling] = {
    "upper case": str.upper,
    "title case": str.title,
    "mocking case": lambda word: "".join(
        c.upper() * (index % 2) or c for index, c in enumerate(word)
    ),
    "full width": _alphabet(0xFF41),
    "mathematical bold": _alphabet(0x1D41A),
    "mathematical bold italic": _alphabet(0x1D482),
    "mathematical bold script": _alphabet(0x1D4EA),
    "mathematical fraktur": _alphabet(0x1D51E),
    "mathematical double-struck": _alphabet(0x1D552),
    "mathematical sans": _alphabet(0x1D5BA),
    "mathematical sans bold": _alphabet(0x1D5EE),
    "mathematical monospace": _alphabet(0x1D68A),
    "circled": _alphabet(0x24D0),
    "parenthesized": _alphabet(0x249C),
    "circled capitals": _alphabet(0x24B6),
    "squared": _alphabet(0x1F130),
    "negative circled": _alphabet(0x1F150),
    "negative squared": _alphabet(0x1F170),
    "regional indicators apart": lambda word: "\u200c".join(map(_alphabet(0x1F1E6), word)),
    "small capitals": _by("aᴀbʙcᴄdᴅeᴇfꜰgɢhʜiɪjᴊkᴋlʟmᴍnɴoᴏpᴘrʀtᴛuᴜvᴠwᴡyʏzᴢ"),
    "superscript": _by("aᵃbᵇcᶜdᵈeᵉfᶠgᵍhʰiⁱjʲkᵏlˡmᵐnⁿoᵒpᵖrʳsˢtᵗuᵘvᵛwʷxˣyʸzᶻ"),
    "acute": _by("aáeéiíoóuúyýcćnńsśzźlĺrŕ"),
    "grave": _by("aàeèiìoòuùnǹwẁyỳ"),
    "diaeresis": _by("aäeëiïoöuüyÿ"),
    "hooks and strokes": _by("aąbɓcçdđeęfƒgǥhħiįkƙlłnŋoøpƥsştŧuųzż"),
    "combining marks": _after_each("\u0301\u0316"),
    "flood of marks": _after_each("\u0335\u0321\u0329\u0346\u0312" * 4),
    "struck through": _after_each("\u0336"),
    "underlined": _after_each("\u0332"),
    "zero-width space": _between("\u200b"),
    "zero-width joiner": _between("\u200d"),
    "zero-width non-joiner": _between("\u200c"),
    "word joiner": _between("\u2060"),
    "soft hyphen": _between("\u00ad"),
    "byte order mark": _between("\ufeff"),
    "bidi marks": _between("\u200e\u200f"),
    "bidi override": _around("\u202d", "\u202c"),
    "variation selector": _after_each("\ufe0f"),
    "control characters": _between("\x08"),
    "Cyrillic": _by("".join(a + b for a, b in _TWINS.items() if a not in "kt")),
    "Greek": _by("aαiιkκnηoοpρtτuυvνxχ"),
    "Cherokee": _by("aᎪbᏴcᏟdᎠeᎬgᏀhᎻiᎥjᎫkᏦlᏞmᎷpᏢrᎡsᏚtᎢvᏙwᎳzᏃ"),
    "one Cyrillic letter": _vowels(_by("aаeеiіoоuս")),
    "digits": _by("a4e3i1o0s5t7"),
    "one digit": _vowels(_by("a4e3i1o0")),
    "signs": _by("a@i!s$"),
    "signs and digits": _by("a@e3i!o0s$"),
    "dots": _between("."),
    "hyphens": _between("-"),
    "underscores": _between("_"),
    "spaces": _between(" "),
    "asterisks between": _between("*"),
    "commas": _between(","),
    "no-break spaces": _between("\u00a0"),
    "bullets": _between("•"),
    "first letter three times": lambda word: word[0] * 2 + word,
    "last letter long": lambda word: word + word[-1] * 5,
    "vowels long": _vowels(lambda c: c * 4),
    "every letter three times": lambda word: "".join(c * 3 for c in word),
    "every letter twice": lambda word: "".join(c * 2 for c in word),
    "vowel starred": _first_vowel("*"),
    "vowel hashed": _first_vowel("#"),
    "vowel a hat": _first_vowel("^"),
    "vowel starred twice": _first_vowel("**"),
    "last letter starred": lambda word: word[:-1] + "*",
    "emoji around": _around("😂", "🔥"),
    "markdown": _around("**", "**"),
    "brackets": _around("(", ")!!!"),
    "digits and dots": lambda word: ".".join(_by("a4e3i1o0")(word)),
    "broken once": lambda word: f"{word[0]} {word[1:]}",
}
