"""The trained stages of a model: what they say of texts, and the folder that they ship in."""

from __future__ import annotations

import io
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Literal, NamedTuple

import numpy as np
import numpy.typing as npt
from rich.progress import track

from moderator.scorers.compact.encoder import EncoderModel
from moderator.scorers.compact.linear import LinearModel
from moderator.scorers.compact.settings import (
    CascadeSettings,
    CompactManifest,
    CompactSettings,
    EncoderSettings,
    LinearSettings,
)
from moderator.scorers.compact.trigger_words import TriggerWords
from moderator.scorers.compact.windows import split
from moderator.scorers.model_folder import write_model
from moderator.training.corpus.examples import LABELS
from moderator.training.fit.linear import LinearWeights
from moderator.training.release.calibrate import Knots
from moderator.training.release.scored import WindowLogits

_BATCH = 256


class TrainedStages(NamedTuple):
    """What training left; `window` is in characters of folded text."""

    linear: LinearWeights
    graph: bytes
    tokenizer: bytes
    window: int
    encoder: EncoderSettings


class Fitted(NamedTuple):
    """What was chosen on texts that no training saw; knots and thresholds (probabilities at the
    best F1) by label."""

    cascade: CascadeSettings
    knots: Mapping[str, Knots]
    thresholds: Mapping[str, float]


def window_logits(
    stages: TrainedStages,
    fold: Callable[[str], str],
    texts: Sequence[str],
    truth: npt.NDArray[np.bool_],
    triggers: Sequence[str] = (),
    threads: int = 2,
) -> WindowLogits:
    """Both stages on every window of the texts, in the int8 form that ships."""
    windows = split([fold(text) or "." for text in texts], stages.window)
    encoder = EncoderModel(stages.graph, stages.tokenizer, stages.encoder, threads)
    starts = range(0, len(windows.pieces), _BATCH)
    heads = [encoder.logits(windows.pieces[at : at + _BATCH]) for at in track(starts, "encoder")]
    return WindowLogits(
        LinearModel(*stages.linear).logits(windows.pieces),
        np.concatenate(heads),
        TriggerWords(triggers).raised(windows.pieces),
        windows.starts,
        truth,
    )


def write_stages(
    output: Path,
    name: str,
    stages: TrainedStages,
    fitted: Fitted,
    normalizer: Literal["english", "light"],
    others: Mapping[str, bytes],
) -> None:
    """Writes the model's folder: the stages, `others` by file name, manifest and checksums."""
    linear = stages.linear
    table = io.BytesIO()
    np.save(table, linear.table, allow_pickle=False)
    settings = CompactSettings(
        linear=LinearSettings(tuple(linear.scale.tolist()), tuple(linear.bias.tolist())),
        encoder=stages.encoder,
        cascade=fitted.cascade,
        window=stages.window,
        calibration=dict(fitted.knots),
        thresholds=dict(fitted.thresholds),
        normalizer=normalizer,
    )
    manifest = CompactManifest(
        name=name, format=CompactManifest.FORMAT, labels=LABELS, files={}, settings=settings
    )
    files = {
        "encoder.onnx": stages.graph,
        "linear.npy": table.getvalue(),
        "tokenizer.json": stages.tokenizer,
        **others,
    }
    write_model(output, manifest, files)
