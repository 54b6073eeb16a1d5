"""Which language a text is in: a guess and its probability, in microseconds for English."""

from moderator.language.guess import CERTAIN, UNKNOWN, Guess, guess
from moderator.language.identifier import ENGLISH, LANGUAGES, UNDETERMINED
from moderator.language.words import COMMON_WORDS, REAL_WORDS

__all__ = [
    "CERTAIN",
    "COMMON_WORDS",
    "ENGLISH",
    "LANGUAGES",
    "REAL_WORDS",
    "UNDETERMINED",
    "UNKNOWN",
    "Guess",
    "guess",
]
