"""Judges what no training saw with both stages, and writes the folder of the second model."""

from __future__ import annotations

import io
from collections.abc import Sequence
from pathlib import Path
from typing import NamedTuple

import numpy as np
from rich.progress import track

from moderator.scorers.compact.encoder import EncoderModel
from moderator.scorers.compact.light_normalizer import LightNormalizer
from moderator.scorers.compact.linear import LinearModel
from moderator.scorers.compact.scorer import CARD
from moderator.scorers.compact.settings import (
    CompactManifest,
    CompactSettings,
    EncoderSettings,
    LinearSettings,
)
from moderator.scorers.compact.two_stage import blend
from moderator.scorers.compact.windows import split
from moderator.scorers.model_folder import write_model
from moderator.training.corpus.examples import LABELS, Examples
from moderator.training.fit.linear import LinearWeights
from moderator.training.multilingual.blend import choose
from moderator.training.multilingual.caution import calibrate
from moderator.training.release.scored import WindowLogits

_BATCH = 256


class TrainedStages(NamedTuple):
    """What the stages left; `window` is in characters of folded text, `tokens` the encoder's."""

    linear: LinearWeights
    graph: bytes
    tokenizer: bytes
    window: int
    tokens: int

    @property
    def encoder(self) -> EncoderSettings:
        """The encoder's input; its special tokens are XLM-R's."""
        return EncoderSettings(self.tokens, "<s>", "</s>")


def ship(output: Path, parts: TrainedStages, valid: Examples, card: str) -> str:
    """Blends and calibrates on `valid`, and writes files, manifest and checksums.

    Gives some lines with what was found.
    """
    scored = judge(parts, valid.texts)
    choice = choose(scored, valid)
    logits = scored.worst(blend(scored.linear, scored.heads, choice.cascade))
    calibration = calibrate(logits, valid)
    linear = parts.linear
    settings = CompactSettings(
        linear=LinearSettings(tuple(linear.scale.tolist()), tuple(linear.bias.tolist())),
        encoder=parts.encoder,
        cascade=choice.cascade,
        window=parts.window,
        calibration=calibration.knots,
        thresholds=calibration.thresholds,
        normalizer="light",
    )
    table = io.BytesIO()
    np.save(table, linear.table, allow_pickle=False)
    manifest = CompactManifest(
        name="multilingual",
        format=CompactManifest.FORMAT,
        labels=LABELS,
        files={},
        settings=settings,
    )
    files = {
        CARD: card.encode(),
        "trigger_words.txt": b"",
        "encoder.onnx": parts.graph,
        "linear.npy": table.getvalue(),
        "tokenizer.json": parts.tokenizer,
    }
    write_model(output, manifest, files)
    return f"{choice.note}\n{calibration.note}"


def judge(parts: TrainedStages, texts: Sequence[str], threads: int = 2) -> WindowLogits:
    """Both stages on every window of the texts, in the int8 form that ships."""
    fold = LightNormalizer().fold
    windows = split([fold(text) or "." for text in texts], parts.window)
    encoder = EncoderModel(parts.graph, parts.tokenizer, parts.encoder, threads)
    starts = range(0, len(windows.pieces), _BATCH)
    heads = [encoder.logits(windows.pieces[at : at + _BATCH]) for at in track(starts, "encoder")]
    return WindowLogits(
        LinearModel(*parts.linear).logits(windows.pieces),
        np.concatenate(heads),
        np.zeros(len(windows.pieces), np.bool_),
        windows.starts,
        np.zeros((len(texts), 0), np.bool_),
    )
