"""Sixty ways in which people disguise a word, each a function of the word."""

from __future__ import annotations

from collections.abc import Callable

Evasion = Callable[[str], str]


def _alphabet(first: int, last: int | None = None) -> Evasion:
    """Letters moved to another block, which has them in order from `first` on."""
    return lambda word: "".join(chr(first + ord(c) - ord("a")) if c.islower() else c for c in word)


def _by(table: str) -> Evasion:
    """Letters replaced by pairs "letter + likeness"; the others stay."""
    likeness = dict(zip(table[::2], table[1::2], strict=True))
    return lambda word: "".join(likeness.get(c, c) for c in word)


def _between(sign: str) -> Evasion:
    return sign.join


def _after_each(mark: str) -> Evasion:
    return lambda word: "".join(c + mark for c in word)


def _around(before: str, after: str) -> Evasion:
    return lambda word: before + word + after


def _vowels(replace: Evasion) -> Evasion:
    return lambda word: "".join(replace(c) if c in "aeiou" else c for c in word)


def _first_vowel(sign: str) -> Evasion:
    def hide(word: str) -> str:
        at = min(at for at, c in enumerate(word) if c in "aeiou" and at)
        return word[:at] + sign + word[at + 1 :]

    return hide


EVASIONS: dict[str, Evasion] = {
    "upper case": str.upper,
    "title case": str.title,
    "mocking case": lambda word: "".join(c.upper() * (at % 2) or c for at, c in enumerate(word)),
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
    "Cyrillic": _by("aаcсeеhһiіjјoоpрsѕxхyу"),
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
