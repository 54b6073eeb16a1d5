"""Which languages an attribute is scored in, and which one a text is in."""

from __future__ import annotations

from collections.abc import Iterable
from typing import NamedTuple

from moderator.language import ENGLISH, UNDETERMINED, guess
from moderator.package import shipped
from moderator.settings import Settings

_DETOXIFY_MULTILINGUAL = frozenset({"en", "fr", "es", "it", "pt", "ru", "tr"})


class Supported(NamedTuple):
    """Languages (ISO 639-1) by what gives a label: the models, or the lexicon."""

    models: frozenset[str]
    lexicon: frozenset[str]

    @classmethod
    def of(cls, settings: Settings) -> Supported:
        """The languages of the models and lexicon files in use."""
        scorers = settings.scorers
        models: set[str] = set()
        if "compact" in scorers.use:
            models |= set(scorers.languages)
        if "detoxify" in scorers.use:
            many = scorers.detoxify.model == "multilingual"
            models |= _DETOXIFY_MULTILINGUAL if many else {ENGLISH}
        files = shipped("config/lexicon").glob("*.toml") if "lexicon" in scorers.use else ()
        return cls(frozenset(models), frozenset(file.stem for file in files))

    def allow(self, labels: Iterable[str], language: str) -> bool:
        """Whether any of the labels is scored in a language, given as ISO 639-1 or BCP 47."""
        base = language.partition("-")[0].lower()
        return any(
            base in (self.lexicon if label == "profanity" else self.models) for label in labels
        )


def detect(text: str) -> str | None:
    """ISO 639-1 of a text's language, None if it has no letters at all.

    A doubtful guess counts as English: most very short texts are, and the models judge them.
    """
    guessed = guess(text)
    if guessed.code == UNDETERMINED and not any(map(str.isalpha, text)):
        return None
    return guessed.code if guessed.is_certain else ENGLISH
