"""`[scorers]`: which scorers run, and the options of each."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Annotated, Literal

from pydantic import Field

from moderator.settings.tables.section import Section

ScorerName = Literal["lexicon", "compact", "detoxify"]


class Detoxify(Section):
    """Unitary's models (extra `detoxify`)."""

    model: Literal["original", "unbiased", "multilingual", "original-small", "unbiased-small"] = (
        "original"
    )
    checkpoint: Path | None = None
    huggingface_path: Path | None = None
    runtime: Literal["auto", "onnx", "torch"] = "auto"
    device: Annotated[str, Field(pattern=r"^(auto|cpu|cuda(:\d+)?)$")] = "auto"
    precision: Literal["fp32", "int8", "fp16", "bf16"] = "fp32"


class Scorers(Section):
    """Which scorers run, cheapest first."""

    use: tuple[ScorerName, ...] = ("lexicon", "compact")
    threads: Annotated[int, Field(ge=0)] = 0
    lexicons: tuple[Path, ...] = ()
    detoxify: Detoxify = Detoxify()
    cascade: dict[ScorerName, dict[str, tuple[float, float]]] = Field(default_factory=dict)

    def threads_each(self, processes: int = 1) -> int:
        """Threads of each process's models: 0 divides the cores evenly, at most four a process."""
        return self.threads or max(1, min(4, (os.cpu_count() or 1) // processes))
