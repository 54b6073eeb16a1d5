"""The bundled toxicity model as a scorer."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import NamedTuple

import numpy as np

from moderator.quoting.document import Document
from moderator.records import Scored
from moderator.scorers.artifacts import Artifacts
from moderator.scorers.base import Host, OnStage
from moderator.scorers.compact.calibration import Calibration
from moderator.scorers.compact.encoder import EncoderModel
from moderator.scorers.compact.linear import Floats, LinearModel
from moderator.scorers.compact.normalizer import Normalizer
from moderator.scorers.compact.settings import FORMAT, CompactSettings
from moderator.scorers.compact.trigger_words import TriggerWords
from moderator.scorers.compact.two_stage import Submitted, TwoStages
from moderator.settings import Section

BUNDLED = Path(__file__).parents[2] / "models" / "compact"
CARD = "MODEL_CARD.md"
"""A file of the model's folder, for people."""
_AT_ONCE = 32
"""Documents that are folded together, while the encoder works on those before."""


class CompactScorer:
    """Scores the author's own words of each document; what is quoted is not charged to them."""

    name = "compact"

    def __init__(
        self,
        artifacts: Artifacts,
        threads: int,
        *,
        early_exit: bool,
        on_stage: OnStage | None = None,
    ) -> None:
        settings = CompactSettings.of(artifacts)
        self.version = artifacts.version
        self.labels = artifacts.manifest.labels
        self.thresholds = settings.thresholds
        alarms = artifacts.read("trigger_words.txt").decode().split()
        self._folder = Normalizer(artifacts.read("words.txt").decode().split(), alarms)
        self._stages = TwoStages(
            LinearModel.of(artifacts.read("linear.npy"), settings.linear),
            EncoderModel(
                artifacts.read("encoder.onnx"),
                artifacts.read("tokenizer.json"),
                settings.encoder.window,
                threads,
            ),
            TriggerWords(alarms),
            settings.cascade,
            settings.window,
            early_exit=early_exit,
            on_stage=on_stage,
        )
        self._calibration = Calibration(
            {label: settings.calibration[label] for label in self.labels}
        )

    @classmethod
    def load(
        cls,
        directory: Path | None = None,
        threads: int = 1,
        *,
        early_exit: bool = True,
        on_stage: OnStage | None = None,
    ) -> CompactScorer:
        """The model in a folder, the bundled one by default. Raises ModelError.

        Without `early_exit` every text goes through both stages: slower by far, hardly better.
        `on_stage` hears what reaches the second.
        """
        artifacts = Artifacts.open(directory or BUNDLED, FORMAT)
        return cls(artifacts, threads, early_exit=early_exit, on_stage=on_stage)

    def score(self, documents: Sequence[Document]) -> list[Scored]:
        """Six probabilities a document, in order; a document without words has zeros."""
        parts = [
            self._begin(documents[at : at + _AT_ONCE]) for at in range(0, len(documents), _AT_ONCE)
        ]
        scores = np.concatenate([self._finish(part) for part in parts] or [self._silence(0)])
        return [Scored(dict(zip(self.labels, row, strict=True))) for row in scores.tolist()]

    def _begin(self, documents: Sequence[Document]) -> _Part:
        folded = [self._folder.fold(document.unquoted_text) for document in documents]
        spoken = [at for at, text in enumerate(folded) if text]
        return _Part(len(folded), spoken, self._stages.begin([folded[at] for at in spoken]))

    def _finish(self, part: _Part) -> Floats:
        scores = self._silence(part.documents)
        scores[part.spoken] = self._calibration.probabilities(self._stages.finish(part.begun))
        return scores

    def _silence(self, documents: int) -> Floats:
        return np.zeros((documents, len(self.labels)), dtype=np.float32)


def load(_: Section, host: Host) -> CompactScorer:
    """The bundled model. Raises ModelError."""
    return CompactScorer.load(threads=host.threads, on_stage=host.on_stage)


class _Part(NamedTuple):
    """Documents under way together; `spoken` are those with own words."""

    documents: int
    spoken: list[int]
    begun: Submitted
