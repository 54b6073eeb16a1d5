"""The form of a text that a model for other languages reads: lower case, and little else.

This is part of the model, as `normalizer` is of the English one; that knows English words and would
spoil other scripts. Linear in the text's length.
"""

from __future__ import annotations

import re
import unicodedata

_INVISIBLE = re.compile(
    "[\u00ad\u034f\u061c\u115f\u1160\u17b4\u17b5\u180b-\u180e\u200b\u200e\u200f"
    "\u202a-\u202e\u2060-\u206f\ufe00-\ufe0f\ufeff\U000e0000-\U000e0fff]"
)
_RUN = re.compile(r"(.)\1{2,}")
_NOISE = re.compile(r"https?://\S{1,2000}|@\w{1,100}")


class LightNormalizer:
    """Folds case and width, drops what cannot be seen, handles and addresses, shortens runs."""

    def fold(self, text: str, english: bool = False) -> str:
        """The text as the model reads it; empty if it has no word and no symbol."""
        plain = _INVISIBLE.sub("", unicodedata.normalize("NFKC", text)).lower()
        return " ".join(_RUN.sub(r"\1\1", _NOISE.sub(" ", plain)).split())
