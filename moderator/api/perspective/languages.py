"""Which languages an attribute is scored in, and which one a text is in."""

from __future__ import annotations

from collections.abc import Iterable
from functools import lru_cache
from typing import NamedTuple

from py3langid.langid import MODEL_FILE, LanguageIdentifier

from moderator.package import shipped
from moderator.settings import Settings

DEFAULT = "en"
"""What a text is taken to be in if its language cannot be told: most short ones are."""

_SURE = 0.5
_CHARACTERS = 500
_MULTILINGUAL = frozenset({"en", "fr", "es", "it", "pt", "ru", "tr"})


@lru_cache(maxsize=1)
def _identifier() -> LanguageIdentifier:
    """Takes some tenths of a second to load, and is the same for all."""
    return LanguageIdentifier.from_model_file(MODEL_FILE, norm_probs=True)


class Supported(NamedTuple):
    """Languages (ISO 639-1) by what gives a label: the models, or the lexicon."""

    models: frozenset[str]
    lexicon: frozenset[str]

    @classmethod
    def of(cls, settings: Settings) -> Supported:
        """What the settings say, or else what models and lexicon files are for."""
        if settings.serve.languages:
            given = frozenset(settings.serve.languages)
            return cls(given, given)
        scorers = settings.scorers
        many = "detoxify" in scorers.use and scorers.detoxify.model == "multilingual"
        lexicons = {file.stem for file in shipped("config/lexicon").glob("*.toml")}
        return cls(
            _MULTILINGUAL if many else frozenset({DEFAULT}),
            frozenset(lexicons) if "lexicon" in scorers.use else frozenset(),
        )

    def allow(self, labels: Iterable[str], language: str) -> bool:
        """Whether any of the labels is scored in a language, given as ISO 639-1 or BCP 47."""
        base = language.partition("-")[0].lower()
        return any(
            base in (self.lexicon if label == "profanity" else self.models) for label in labels
        )


class Detector:
    """Tells the language of texts."""

    def __init__(self) -> None:
        self._identifier = _identifier()

    def language(self, text: str) -> str | None:
        """ISO 639-1 of the text's language, None if it has no letters at all.

        Only the beginning is looked at; where that does not tell, it is taken to be English.
        """
        beginning = text[:_CHARACTERS]
        if not any(char.isalpha() for char in beginning):
            return None
        language, probability = self._identifier.classify(beginning)
        return str(language) if probability >= _SURE else DEFAULT
