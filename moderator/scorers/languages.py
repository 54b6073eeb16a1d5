"""The bundled models by language: English to one, other languages to the other, doubt to both."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Collection, Sequence
from functools import cache
from threading import Lock

from moderator.code_version import code_version
from moderator.language import ENGLISH, UNDETERMINED, Guess
from moderator.language.identifier import identify
from moderator.quoting.document import Document
from moderator.records import Scored
from moderator.scorers.base import Host, Scorer
from moderator.scorers.compact import load as load_compact
from moderator.scorers.compact.scorer import MODELS, open_folder
from moderator.settings import Compact

MULTILINGUAL = MODELS / "multilingual"


class LazyScorer:
    """A scorer that is loaded when it is first asked; its version is known before."""

    def __init__(self, version: str, load: Callable[[], Scorer]) -> None:
        self.version = version
        self._load = cache(load)
        self._loading = Lock()

    def load(self) -> Scorer:
        """The scorer, the same each time, for any thread. Raises as its loader."""
        with self._loading:  # the cache alone would let two threads load it twice
            return self._load()


class ByLanguage:
    """A scorer that asks the model of a text's language.

    A text whose language is certain goes to one model; to none if that language is not in
    `languages`, and is then unjudged. A text that is likely English, or shows no language, goes to
    the English model alone, because the other one would only add false alarms; one that is
    certainly foreign to the other alone. Any other goes to both, and each one's scores count for as
    much as its language is likely, fully from one half on; the higher score wins.
    """

    def __init__(
        self,
        english: Scorer,
        others: LazyScorer | None,
        languages: Collection[str],
    ) -> None:
        self.name = english.name
        self.labels = english.labels
        self._english, self._others = english, others
        self._languages = frozenset(languages)
        code = code_version(__name__)
        parts = (english.version, others and others.version, sorted(self._languages), code)
        self.version = hashlib.sha256(repr(parts).encode()).hexdigest()[:12]

    def score(self, documents: Sequence[Document]) -> list[Scored]:
        """One result a document, in order; without scores if its language is not judged."""
        weights = [self._weights(document.language) for document in documents]
        results = [Scored({}, unjudged=True) for _ in documents]
        for model, ask in enumerate((self._english.score, self._score_others)):
            asked = [index for index, pair in enumerate(weights) if pair[model]]
            answers = ask([documents[index] for index in asked]) if asked else []
            for index, scored in zip(asked, answers, strict=True):
                results[index] = _merged(results[index], scored, weights[index][model])
        return results

    def _weights(self, guess: Guess) -> tuple[float, float]:
        """How much the English model's scores count, and how much the other one's: 0 to 1."""
        probability = 1.0 if guess.is_certain else guess.probability
        likely, unlikely = _weight(probability), _weight(1 - probability)
        if guess.code == UNDETERMINED:
            english, others = 1.0, 1.0
        elif guess.code == ENGLISH:
            # Whole, since no other model is asked: misspelt abuse is English with little certainty.
            english, others = 1.0, unlikely
        elif guess.foreign and not guess.is_certain:
            english, others = 0.0, 1.0
        else:
            english, others = unlikely, likely if guess.code in self._languages else unlikely
        judges_english = ENGLISH in self._languages
        english_alone = judges_english and guess.code in (ENGLISH, UNDETERMINED)
        if self._others is None or english_alone:
            others = 0.0
        return english if judges_english else 0.0, others

    def _score_others(self, documents: Sequence[Document]) -> list[Scored]:
        assert self._others  # noqa: S101 - no document has a weight for it otherwise
        return self._others.load().score(documents)


def load(settings: Compact, host: Host) -> Scorer:
    """The bundled models that `scorers.languages` needs. Raises ModelError."""
    languages = host.settings.languages
    others = None
    if set(languages) - {ENGLISH} and MULTILINGUAL.is_dir():
        version = open_folder(MULTILINGUAL).version
        others = LazyScorer(version, lambda: load_compact(settings, host, MULTILINGUAL))
        if not host.lazy:
            others.load()
            # Loaded with the first text that is not plain English, it would stop all for a second.
            identify("")
    return ByLanguage(load_compact(settings, host), others, languages)


def _weight(probability: float) -> float:
    return min(1.0, 2 * probability)


def _merged(before: Scored, answer: Scored, weight: float) -> Scored:
    scores = dict(before.scores)
    for label, score in answer.scores.items():
        scores[label] = max(weight * score, scores.get(label, 0.0))
    return Scored(scores, over_budget=before.over_budget or answer.over_budget)
