"""Which language a text is in: a guess and its probability, in microseconds for English."""

from moderator.language.guess import CERTAIN, ENGLISH, UNKNOWN, Guess, guess
from moderator.language.identifier import LANGUAGES, UNDETERMINED
from moderator.language.words import common_words

__all__ = [
    "CERTAIN",
    "ENGLISH",
    "LANGUAGES",
    "UNDETERMINED",
    "UNKNOWN",
    "Guess",
    "common_words",
    "guess",
]
