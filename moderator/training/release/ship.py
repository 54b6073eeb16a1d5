"""Blends, calibrates and writes the model's folder, from what the stages left behind."""

from __future__ import annotations

import io
from collections.abc import Sequence
from pathlib import Path
from typing import NamedTuple

import numpy as np
import numpy.typing as npt
from rich.progress import track

from moderator.evaluation.measures import best_threshold
from moderator.scorers.compact.encoder import EncoderModel
from moderator.scorers.compact.linear import LinearModel
from moderator.scorers.compact.normalizer import Normalizer
from moderator.scorers.compact.scorer import CARD
from moderator.scorers.compact.settings import (
    CompactManifest,
    CompactSettings,
    EncoderSettings,
    LinearSettings,
)
from moderator.scorers.compact.trigger_words import TriggerWords
from moderator.scorers.compact.windows import split
from moderator.scorers.model_folder import write_model
from moderator.training.corpus.domains import Domain
from moderator.training.corpus.examples import LABELS, Examples
from moderator.training.fit.linear import LinearWeights
from moderator.training.release.blend import fit_cascade
from moderator.training.release.calibrate import fit_knots
from moderator.training.release.card import unmeasured
from moderator.training.release.scored import LabelledLogits, WindowLogits

_BATCH = 256


class Parts(NamedTuple):
    """What the stages left; `window` is in characters of folded text, `tokens` the encoder's."""

    words: list[str]
    triggers: list[str]
    linear: LinearWeights
    graph: bytes
    tokenizer: bytes
    window: int
    tokens: int


def ship(
    output: Path,
    parts: Parts,
    judged: LabelledLogits,
    card: str,
) -> str:
    """Blends and calibrates on what was scored, and writes files, manifest and checksums.

    The card's figures are struck out, being another model's. Gives a line with what the
    validation part said.
    """
    linear = parts.linear
    settings = LinearSettings(tuple(linear.scale.tolist()), tuple(linear.bias.tolist()))
    cascade, logits, note = fit_cascade(judged)
    scored = judged.jigsaw
    knots = {}
    thresholds = {}
    for at, label in enumerate(LABELS):
        knots[label] = tuple(fit_knots(logits[:, at], scored.truth[:, at]))
        thresholds[label] = _threshold(logits[:, at], scored.truth[:, at], knots[label])
    weights = io.BytesIO()
    np.save(weights, linear.table, allow_pickle=False)
    write_model(
        output,
        CompactManifest(
            name="compact",
            format=CompactManifest.FORMAT,
            labels=LABELS,
            files={},
            settings=CompactSettings(
                linear=settings,
                encoder=EncoderSettings(parts.tokens),
                cascade=cascade,
                window=parts.window,
                calibration=knots,
                thresholds=thresholds,
            ),
        ),
        {
            CARD: unmeasured(card).encode(),
            "trigger_words.txt": "\n".join(parts.triggers).encode(),
            "encoder.onnx": parts.graph,
            "linear.npy": weights.getvalue(),
            "tokenizer.json": parts.tokenizer,
            "words.txt": "\n".join(parts.words).encode(),
        },
    )
    return note


def judge(
    valid: Examples, others: Sequence[Domain], parts: Parts, threads: int = 2
) -> LabelledLogits:
    """Both stages on every window of Jigsaw's validation part and of the domains."""
    truth = valid.targets[:, : len(LABELS)] >= 0.5
    return LabelledLogits(
        _scored(valid.texts, truth, parts, threads),
        {each.name: _scored(each.texts, each.hold[:, None], parts, threads) for each in others},
    )


def _scored(
    texts: Sequence[str], truth: npt.NDArray[np.bool_], parts: Parts, threads: int
) -> WindowLogits:
    weights = parts.linear
    linear = LinearModel(weights.table, weights.scale, weights.bias)
    encoder = EncoderModel(parts.graph, parts.tokenizer, EncoderSettings(parts.tokens), threads)
    folder = Normalizer(parts.words, parts.triggers)
    windows = split([folder.fold(text) or "." for text in texts], parts.window)
    starts = range(0, len(windows.pieces), _BATCH)
    heads = [encoder.logits(windows.pieces[at : at + _BATCH]) for at in track(starts, "encoder")]
    return WindowLogits(
        linear.logits(windows.pieces),
        np.concatenate(heads),
        TriggerWords(parts.triggers).raised(windows.pieces),
        windows.starts,
        truth,
    )


def _threshold(
    logits: npt.NDArray[np.float64],
    truth: npt.NDArray[np.bool_],
    knots: tuple[tuple[float, float], ...],
) -> float:
    """The calibrated probability at the best F1."""
    raw, calibrated = np.array(knots).T
    best = np.interp(best_threshold(truth, logits), raw, calibrated)
    return round(float(1 / (1 + np.exp(-best))), 3)
