"""Soft labels: what an encoder that is trained already says of the training texts.

Texts too long for one window have none (nan), for their parts may differ.
"""

from __future__ import annotations

import numpy as np
import torch
from rich.progress import track

from moderator.training.corpus.examples import HEADS, Examples
from moderator.training.fit.encoder import DEVICE, Encoder, half_precision
from moderator.training.fit.tokens import Tokens

_BATCH = 32


def encoder_targets(
    examples: Examples, encoder: Encoder, tokens: Tokens, window: int, threads: int, heads: int
) -> np.ndarray:
    """Probabilities n x heads of an encoder that reads at most `window` tokens.

    Only the first `heads` heads are asked; the others stay nan.
    """
    torch.set_num_threads(threads)
    encoder.to(DEVICE).eval()
    ids = [tokens.of(text) for text in examples.texts]
    lengths = np.array([len(row) for row in ids])
    order = np.argsort(lengths, kind="stable")
    order = order[lengths[order] <= window - 2]
    soft = np.full((len(ids), len(HEADS)), np.nan, np.float32)
    for at in track(range(0, len(order), _BATCH), "teacher"):
        rows = order[at : at + _BATCH]
        batch = (part.to(DEVICE) for part in tokens.batch([ids[row] for row in rows]))
        with torch.no_grad(), half_precision():
            logits = encoder(*batch)
        soft[rows, :heads] = logits[:, :heads].float().sigmoid().cpu().numpy()
    return soft
