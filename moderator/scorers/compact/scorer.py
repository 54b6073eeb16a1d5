"""The bundled toxicity model as a scorer."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import NamedTuple

import numpy as np

from moderator.code_version import code_version
from moderator.language import ENGLISH, Guess
from moderator.quoting.document import Document
from moderator.records import Scored
from moderator.scorers.base import Host, OnStage
from moderator.scorers.budget import TextBudget
from moderator.scorers.compact.arrays import Floats
from moderator.scorers.compact.calibration import Calibration
from moderator.scorers.compact.encoder import EncoderModel
from moderator.scorers.compact.light_normalizer import LightNormalizer
from moderator.scorers.compact.linear import LinearModel
from moderator.scorers.compact.normalizer import Normalizer
from moderator.scorers.compact.settings import CompactManifest
from moderator.scorers.compact.trigger_words import TriggerWords
from moderator.scorers.compact.two_stage import OnEncoder, Pending, TwoStages
from moderator.scorers.idioms import Idioms
from moderator.scorers.model_folder import ModelFolder
from moderator.settings import Compact
from moderator.text.reveal import as_displayed

MODELS = Path(__file__).parents[2] / "models"
"""Where the bundled models are, a folder each."""
BUNDLED = MODELS / "compact"
CARD = "MODEL_CARD.md"
"""The model card, in the model's folder."""
_CODE = ("moderator.scorers.compact", "moderator.scorers.idioms")
_BATCH = 32
"""Documents that are normalised together, while the encoder works on those before."""
_REMEDY = "install the package again, or write the model anew with `python -m moderator.training`"


def find_model(name: str | None = None) -> Path:
    """The folder of a bundled model by its name (default: compact), or else `name` as a path."""
    if name is None:
        return BUNDLED
    return MODELS / name if name in (path.name for path in MODELS.iterdir()) else Path(name)


def open_folder(directory: Path = BUNDLED) -> ModelFolder[CompactManifest]:
    """A model's folder, the bundled one by default. Raises ModelError."""
    return ModelFolder.open(directory, CompactManifest, _REMEDY)


def load(settings: Compact, host: Host, directory: Path | None = None) -> CompactScorer:
    """The model in a folder, or else the one that the settings name, or else the bundled English
    one. Raises ModelError."""
    return CompactScorer.load(
        directory or settings.model or BUNDLED,
        threads=host.threads,
        max_windows=TextBudget.of(host.settings.text_budget_ms).encoder_windows,
        on_stage=host.on_stage,
    )


class CompactScorer:
    """Scores the author's own words of each document; what they quote is not counted.

    `name` and `labels` are those of the model's manifest, so another model of this form is another
    scorer.
    """

    def __init__(
        self,
        folder: ModelFolder[CompactManifest],
        threads: int,
        *,
        early_exit: bool,
        max_windows: int | None,
        on_stage: OnStage | None = None,
    ) -> None:
        manifest, settings = folder.manifest, folder.manifest.settings
        self.name = manifest.name
        self.version = f"{folder.version}.{code_version(*_CODE)}"
        self.labels = manifest.labels
        self.thresholds = settings.thresholds
        triggers: list[str] = []
        self._normalizer: Normalizer | LightNormalizer = LightNormalizer()
        self._idioms: Idioms | None = None
        if settings.normalizer == "english":
            triggers = folder.read("trigger_words.txt").decode().split()
            self._normalizer = Normalizer(folder.read("words.txt").decode().split(), triggers)
            self._idioms = Idioms.shipped()
        self._stages = TwoStages(
            LinearModel.of(folder.read("linear.npy"), settings.linear),
            EncoderModel(
                folder.path("encoder.onnx"),
                folder.read("tokenizer.json"),
                settings.encoder,
                threads,
            ),
            TriggerWords(triggers),
            settings.cascade,
            settings.window,
            early_exit=early_exit,
            max_windows=max_windows,
            on_encoder=on_stage and _named(on_stage, f"{manifest.name}_encoder"),
        )
        self._calibration = Calibration(
            {label: settings.calibration[label] for label in self.labels}
        )

    @classmethod
    def load(
        cls,
        directory: Path = BUNDLED,
        threads: int = 1,
        *,
        early_exit: bool = True,
        max_windows: int | None = None,
        on_stage: OnStage | None = None,
    ) -> CompactScorer:
        """The model in a folder, the bundled one by default. Raises ModelError.

        Without `early_exit` every text goes through both stages: far slower, hardly better. Of one
        text the encoder sees at most `max_windows` windows of tokens.
        `on_stage` is called for what reaches the encoder.
        """
        return cls(
            open_folder(directory),
            threads,
            early_exit=early_exit,
            max_windows=max_windows,
            on_stage=on_stage,
        )

    def score(self, documents: Sequence[Document]) -> list[Scored]:
        """A probability for each label, per document, in order; zeros for one without words."""
        batches = [
            self._submit(documents[start : start + _BATCH])
            for start in range(0, len(documents), _BATCH)
        ]
        return [scored for batch in batches for scored in self._collect(batch)]

    def linear_logits(self, texts: Sequence[str]) -> Floats:
        """The linear stage's logits alone, texts x labels: what single words weigh."""
        return self._stages.linear_logits([self._normalizer.fold(text) or "." for text in texts])

    def _submit(self, documents: Sequence[Document]) -> _Batch:
        normalised = [self._as_read(document) for document in documents]
        with_words = [index for index, text in enumerate(normalised) if text]
        pending = self._stages.submit([normalised[index] for index in with_words])
        return _Batch(len(documents), with_words, pending)

    def _as_read(self, document: Document) -> str:
        """What the model reads of a document."""
        text = as_displayed(document.unquoted_text)
        folded = self._normalizer.fold(text, english=_is_english(document.language))
        return self._idioms.in_plain_words(folded) if self._idioms else folded

    def _collect(self, batch: _Batch) -> list[Scored]:
        scores = np.zeros((batch.documents, len(self.labels)), dtype=np.float32)
        logits = self._stages.collect(batch.pending)
        scores[batch.with_words] = self._calibration.probabilities(logits)
        over_budget = np.zeros(batch.documents, np.bool_)
        over_budget[batch.with_words] = batch.pending.over_budget
        return [
            Scored(dict(zip(self.labels, row, strict=True)), over_budget=over)
            for row, over in zip(scores.tolist(), over_budget.tolist(), strict=True)
        ]


def _is_english(guess: Guess) -> bool:
    return guess.code == ENGLISH and guess.is_certain


class _Batch(NamedTuple):
    """Documents under way together; `with_words` are the positions of those that say anything."""

    documents: int
    with_words: list[int]
    pending: Pending


def _named(on_stage: OnStage, name: str) -> OnEncoder:
    return lambda windows, seconds: on_stage(name, windows, seconds)
