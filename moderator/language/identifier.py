"""The n-gram identifier that is asked about texts without enough English words."""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from py3langid.langid import LanguageIdentifier

LANGUAGES = (
    "af", "am", "ar", "az", "be", "bg", "bn", "bs", "ca", "cs", "cy", "da", "de", "el", "en", "eo",
    "es", "et", "eu", "fa", "fi", "fr", "ga", "gu", "he", "hi", "hr", "hu", "hy", "id", "is", "it",
    "ja", "ka", "kk", "ko", "la", "lg", "lt", "lv", "mk", "mn", "mr", "ms", "nl", "nn", "no", "om",
    "pa", "pl", "pt", "ro", "ru", "si", "sk", "sl", "sn", "so", "sq", "sr", "st", "sv", "sw", "ta",
    "te", "th", "tl", "tr", "uk", "ur", "vi", "xh", "yo", "zh", "zu",
)  # fmt: skip
"""The languages distinguished, by ISO 639-1 code. Fewer than the identifier knows: with dialects
and small neighbours among the choices, Spanish or Italian chat is taken for one of them."""
UNDETERMINED = "und"
"""The code of a text that shows no language (ISO 639-2)."""
_MAX_CHARS = 400
"""More letters than these make an answer no surer."""
_MERGED = {"nn": "no"}
ENGLISH = "en"


def identify(text: str) -> tuple[str, float, float]:
    """The likeliest language, its probability and that of English.

    Thread-safe, some tenths of a millisecond.

    The first call loads the identifier, which takes about a second and 60 MB.
    """
    ranked = _identifier().rank(text[:_MAX_CHARS])
    code, probability = ranked[0]
    return _MERGED.get(code, code), min(1.0, float(probability)), float(dict(ranked)[ENGLISH])


@cache
def _identifier() -> LanguageIdentifier:
    import numpy as np
    from py3langid.langid import MODEL_FILE, LanguageIdentifier

    whole = LanguageIdentifier.from_model_file(MODEL_FILE)
    whole.set_languages(list(LANGUAGES))
    # Made anew, since the whole one keeps the weights of all other languages too: 27 MB.
    weights = np.ascontiguousarray(whole.nb_ptc)
    return LanguageIdentifier(
        weights, whole.nb_pc, whole.nb_classes, whole.tk_nextmove, whole.tk_output,
        norm_probs=True, tk_row=whole.tk_row,
    )  # fmt: skip
