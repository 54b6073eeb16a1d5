"""What the encoder is shown, step by step.

Texts are folded, cut to a window (a random one, when they are longer), bucketed by length, and
disguised now and then. All of it depends on the draw's and the step's number alone, so that a run
resumes.
"""

from __future__ import annotations

import random
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
import torch
from torch import Tensor

from moderator.evaluation.evasions import HARD, WordChange, disguise
from moderator.training.corpus.examples import Examples
from moderator.training.fit.tokens import Tokens


@dataclass(frozen=True)
class EncoderConfig:
    """Sizes are in tokens, counted with the two special ones."""

    layers: int = 4
    frozen: int = 1
    """Lowest layers that learn no more, and the embeddings with them; 0 lets all learn."""
    window: int = 128
    longest: int = 96
    """Tokens of a text that are shown at once, `window` at most."""
    epochs: float = 1.3
    batch: int = 32
    learning_rate: float = 8e-5
    layer_decay: float = 0.9
    dropout: float = 0.1
    """Within the layers; the head has its own."""
    disguised: float = 0.3
    ways: tuple[WordChange, ...] = HARD
    """Of disguising."""
    taught: float = 1.0
    """The weight of a teacher's score, relative to a label's."""
    seed: int = 0
    """Of the head's first weights and of dropout."""
    draw: int = 0
    """Number of the draw of examples, of their order and disguises. The weights of runs that differ
    in it may be averaged: they begin alike."""
    mean_decay: float = 0.99
    """Of the running mean of the weights, every ten steps."""
    checkpoint_steps: int = 200
    threads: int = 2


class Batch(NamedTuple):
    """Token ids and their mask, n x t; labels and a teacher's, n x heads, nan if unknown."""

    ids: Tensor
    mask: Tensor
    targets: Tensor
    soft: Tensor
    weights: Tensor


class Study(NamedTuple):
    """What there is to learn: examples, each one's chance of being drawn in an epoch, and what a
    teacher says of each (n x heads, nan if it is silent)."""

    examples: Examples
    shares: np.ndarray
    soft: np.ndarray


class Batches:
    """Batches by step number: the same draw gives the same ones after a restart."""

    def __init__(self, study: Study, tokens: Tokens, config: EncoderConfig) -> None:
        self._study, self._tokens, self._config = study, tokens, config
        self._ids = [tokens.of(text) for text in study.examples.texts]
        self.per_epoch = int(study.shares.sum()) // config.batch
        self._epoch = -1
        self._order: list[np.ndarray] = []

    def _start_epoch(self, epoch: int) -> None:
        rng = np.random.default_rng((self._config.draw, epoch))
        lengths = np.array([min(len(ids), self._config.longest) for ids in self._ids])
        drawn = rng.random(len(self._ids)) < self._study.shares
        order = rng.permutation(np.flatnonzero(drawn))
        pools = [
            pool[np.argsort(lengths[pool], kind="stable")]
            for pool in np.array_split(order, max(1, len(order) // (64 * self._config.batch)))
        ]
        batches = [
            chunk
            for pool in pools
            for chunk in np.array_split(pool, max(1, len(pool) // self._config.batch))
        ]
        self._order = [batches[at] for at in rng.permutation(len(batches))]
        self._epoch = epoch

    def at(self, step: int) -> Batch:
        """The batch of this step."""
        epoch, within = divmod(step, self.per_epoch)
        if epoch != self._epoch:
            self._start_epoch(epoch)
        rows = self._order[within % len(self._order)]
        rng = random.Random(f"{self._config.draw}/{step}")
        cut = [self._window(self._row(int(row), rng), rng) for row in rows]
        examples, _, soft = self._study
        parts = (examples.targets[rows], soft[rows], examples.weights[rows])
        return Batch(*self._tokens.batch(cut), *map(torch.from_numpy, parts))

    def _row(self, row: int, rng: random.Random) -> list[int]:
        if rng.random() >= self._config.disguised:
            return self._ids[row]
        text = self._study.examples.texts[row][:2000]
        return self._tokens.of(disguise(text, rng, self._config.ways))

    def _window(self, ids: list[int], rng: random.Random) -> list[int]:
        room = self._config.longest - 2
        start = 0 if len(ids) <= room or rng.random() < 0.5 else rng.randrange(len(ids) - room + 1)
        return ids[start : start + room]
