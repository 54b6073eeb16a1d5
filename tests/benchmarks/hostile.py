"""Texts made to be slow to read: dense disguises, floods of signs and marks, broken markup."""

from __future__ import annotations

import random

SIZE = 16_384  # characters

_UNITS = {
    "letters apart": "f u c k ",
    "dots": "f.u.c.k.",
    "digits": "sh1t ",
    "masks": "f***k ",
    "words": "fuck ",
    "one word": "fuck",
    "runs": "a",
    "hits inside": "assass ",
    "digit pairs": "a1 ",
    "signs only": "1!|",
    "strokes": "/\\|/\\()[]",
    "spaced": " a",
    "hidden controls": "f\x00u",
    "zalgo": "f\u0335\u031bu\u0337\u035dc\u0336k\u0338 ",
    "full width": "ｆｕｃｋ ",
    "two scripts": "хуй но fuck привет ",
    "emoji": "😂🖕",
    "flags": "🇺🇸🇫🇺",
    "quotation marks": '"',
    "quoted quotes": 'he said "a" ',
    "open tags": "[quote]",
    "open and closed": "<q></q>",
    "called": "he called me a ",
    "greater than": ">\n",
    "mail": "On x wrote:\n",
    "compounds": "assmyassmyassmyassmyassmyassmy ",
}
_ALPHABETS = {
    "random signs": "fuckshit1!@$*. -_|/\\()",
    "random letters": "niger !1",
    "random words": "asfuckdim ",
}


def texts(seed: int = 1) -> dict[str, str]:
    """Name → text of about SIZE characters."""
    chance = random.Random(seed)
    found = {name: (unit * (SIZE // len(unit) + 1))[:SIZE] for name, unit in _UNITS.items()}
    found["marks"] = "a" + "\u0301" * SIZE
    for name, alphabet in _ALPHABETS.items():
        found[name] = "".join(chance.choices(alphabet, k=SIZE))
    found["random code points"] = "".join(chr(chance.randrange(0x110000)) for _ in range(SIZE))
    return found
