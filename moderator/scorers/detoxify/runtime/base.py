"""What runs a converted model: onnxruntime or torch, behind one protocol."""

from __future__ import annotations

from typing import Protocol

import numpy as np
from numpy.typing import NDArray

Ids = NDArray[np.int64]
Scores = NDArray[np.float32]

CPU_BUDGET, GPU_BUDGET = 256, 32_768
"""Tokens per batch, padding included: more overflow a CPU's cache, fewer leave a GPU idle."""


class Runtime(Protocol):
    """Scores padded token ids. Blocking, thread-safe."""

    @property
    def budget(self) -> int:
        """Tokens, padding included, that make a good batch on this device."""
        ...

    def run(self, ids: Ids, mask: Ids) -> Scores:
        """(batch, tokens) twice to (batch, labels), 0..1. Raises ScorerError."""
        ...
