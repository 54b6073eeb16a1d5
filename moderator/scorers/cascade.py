"""A cascade of scorers, cheapest first: answers merged, failures kept to their documents."""

from __future__ import annotations

import hashlib
import logging
import time
from collections.abc import Mapping, Sequence
from typing import NamedTuple, Protocol

from msgspec.structs import replace

from moderator.code_version import code_version
from moderator.errors import ScorerError, SettingsError
from moderator.quoting.document import Document
from moderator.records import Component, Scored
from moderator.scorers.base import Scorer

_log = logging.getLogger(__name__)
_GIVE_UP_AFTER = 3
"""Failures in a row, one document at a time, after which the rest of a batch is not tried."""

Band = Mapping[str, tuple[float, float]]


class Stage(NamedTuple):
    """A scorer and, unless it sees every document, its band.

    With a band the stage sees only documents that the earlier stages left uncertain: those with
    some label's merged score within that label's (low, high), both included, and those on which an
    earlier stage failed.
    """

    scorer: Scorer
    band: Band | None = None


class StageAnswer(NamedTuple):
    """What one stage said of one document; `scored` is None if it was not asked, or failed."""

    name: str
    version: str
    asked: bool
    scored: Scored | None


class StageObserver(Protocol):
    """Called from the scoring thread about how the stages perform; must not raise."""

    def stage_took(self, name: str, documents: int, seconds: float) -> None:
        """How many documents a stage saw, and the seconds it took, retries included."""
        ...

    def stage_failed(self, name: str, documents: int) -> None:
        """How many documents a stage gave no usable answer for."""
        ...

    def stage_refined(self, name: str, before: Scored, after: Scored) -> None:
        """A stage with a band answered for one document: the merged result before and after."""
        ...


class Cascade:
    """A scorer made of stages.

    If two stages score the same label, the later answer counts: it costs more and is better, and
    a threshold means the same for every document that reached it. Matches are joined. If a stage
    raises, or returns the wrong number of results, misses a label or returns something outside
    0..1, only the documents concerned are affected: they carry its name in `failed` and keep the
    other stages' scores.
    """

    def __init__(self, stages: Sequence[Stage], observer: StageObserver | None = None) -> None:
        """Raises SettingsError without a stage, or if a band names a label not scored before it."""
        if not stages:
            raise SettingsError("scorers.use: name at least one scorer")
        known: dict[str, None] = {}
        for scorer, band in stages:
            for label, (low, high) in (band or {}).items():
                key = f"scorers.cascade, band of {scorer.name!r}, label {label!r}"
                if label not in known:
                    raise SettingsError(f"{key}: no scorer before it gives this label")
                if not 0.0 <= low <= high <= 1.0:
                    raise SettingsError(f"{key}: must be 0 <= low <= high <= 1, not {low}, {high}")
            known |= dict.fromkeys(scorer.labels)
        self._stages = tuple(stages)
        self._observer = observer
        self.name = "+".join(stage.scorer.name for stage in stages)
        self.version = _version(stages)
        self.labels = tuple(known)

    def with_scorer(self, scorer: Scorer) -> Cascade:
        """The same cascade with another scorer in place of the one of its name."""
        stages = [
            stage._replace(scorer=scorer) if stage.scorer.name == scorer.name else stage
            for stage in self._stages
        ]
        return Cascade(stages, self._observer)

    def score(self, documents: Sequence[Document]) -> list[Scored]:
        """One result a document, in order; never raises because a stage did.

        A document that no stage could score has no scores and every stage in `failed`; labels
        that only a banded stage gives are missing if it was not asked.
        """
        merged = [Scored({}) for _ in documents]
        for scorer, band in self._stages:
            asked = [i for i, scored in enumerate(merged) if band is None or _within(scored, band)]
            if not asked:
                continue
            started = time.perf_counter()
            answers = _answers(scorer, [documents[i] for i in asked])
            seconds = time.perf_counter() - started
            for i, answer in zip(asked, answers, strict=True):
                before = merged[i]
                merged[i] = _merge(before, answer, scorer.name)
                if self._observer and band is not None and answer is not None:
                    self._observer.stage_refined(scorer.name, before, merged[i])
            if self._observer:
                self._observer.stage_took(scorer.name, len(asked), seconds)
                if failures := answers.count(None):
                    self._observer.stage_failed(scorer.name, failures)
        return merged

    @property
    def components(self) -> tuple[Component, ...]:
        """Name and version of each stage: the lexicon, the models."""
        return tuple(Component(scorer.name, scorer.version) for scorer, _ in self._stages)

    def trace(self, document: Document) -> list[StageAnswer]:
        """What each stage says of one document, in order; nothing is counted."""
        merged = Scored({})
        answers = []
        for scorer, band in self._stages:
            asked = band is None or _within(merged, band)
            scored = _answers(scorer, [document])[0] if asked else None
            if asked:
                merged = _merge(merged, scored, scorer.name)
            answers.append(StageAnswer(scorer.name, scorer.version, asked, scored))
        return answers


def _version(stages: Sequence[Stage]) -> str:
    """Changes with the stages, their versions and bands, and how answers are merged."""
    parts: list[object] = [code_version("moderator.scorers.cascade")]
    parts += [(s.scorer.name, s.scorer.version, sorted((s.band or {}).items())) for s in stages]
    return hashlib.sha256(repr(parts).encode()).hexdigest()[:12]


def _within(scored: Scored, band: Band) -> bool:
    if scored.failed:
        return True
    return any(low <= scored.scores.get(label, -1.0) <= high for label, (low, high) in band.items())


def _merge(before: Scored, answer: Scored | None, name: str) -> Scored:
    if answer is None:
        return replace(before, failed=(*before.failed, name))
    return Scored(
        {**before.scores, **answer.scores},
        before.matches + answer.matches,
        before.failed + answer.failed,
        truncated=before.truncated or answer.truncated,
        over_budget=before.over_budget or answer.over_budget,
        unjudged=before.unjudged or answer.unjudged,
    )


def _answers(scorer: Scorer, documents: Sequence[Document]) -> list[Scored | None]:
    """The scorer's answers; None for each document that it could not score.

    One document can fail a whole batch, so a failed batch is tried again one document at a time.
    """
    answers = _try(scorer, documents)
    if answers is not None:
        return answers
    singly: list[Scored | None] = []
    if len(documents) > 1:
        for document in documents:
            singly += _try(scorer, [document]) or [None]
            if len(singly) >= _GIVE_UP_AFTER and not any(singly[-_GIVE_UP_AFTER:]):
                break
    return singly + [None] * (len(documents) - len(singly))


def _try(scorer: Scorer, documents: Sequence[Document]) -> list[Scored | None] | None:
    """One call of the scorer: its answers, None for an unusable one; None if the call failed."""
    try:
        answers = scorer.score(documents)
        if len(answers) != len(documents):
            raise ScorerError(f"{len(answers)} results for {len(documents)} documents")
    except Exception as error:  # noqa: BLE001 - whatever a scorer raises must not lose a batch
        _log.warning(
            "scorer %s failed on %d documents: %s",
            scorer.name,
            len(documents),
            type(error).__name__,  # never the message: it may quote the text
        )
        return None
    return [answer if _is_sound(answer, scorer.labels) else None for answer in answers]


def _is_sound(scored: Scored, labels: Sequence[str]) -> bool:
    """Every label has a probability, or none in a language not judged; NaN fails the comparison."""
    if scored.unjudged and not scored.scores:
        return True
    return all(0.0 <= scored.scores.get(label, -1.0) <= 1.0 for label in labels)
