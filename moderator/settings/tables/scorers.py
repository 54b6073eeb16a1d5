"""`[scorers]`: which scorers run, and the options of each."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Annotated, Literal, Self

from pydantic import AfterValidator, ConfigDict, Field, model_validator
from pydantic_core import PydanticCustomError

from moderator.errors import SettingsError
from moderator.language import LANGUAGES
from moderator.settings.tables.section import Positive, Section


def _registered(name: str) -> str:
    """Refuses a name that no scorer has."""
    from moderator.scorers.registry import find_loader  # imports these settings

    try:
        find_loader(name)
    except SettingsError as error:
        raise PydanticCustomError("scorer", "{reason}", {"reason": str(error)}) from error
    return name


def _known(code: str) -> str:
    """Refuses the code of a language that is not distinguished."""
    if code not in LANGUAGES:
        raise PydanticCustomError(
            "language",
            "unknown language {code}: choose from {known}",
            {"code": repr(code), "known": ", ".join(LANGUAGES)},
        )
    return code


Language = Annotated[str, AfterValidator(_known)]
JUDGED = (
    "en", "ar", "cs", "da", "de", "el", "es", "fa", "fi", "fr", "he", "hi", "hu", "id", "it", "ja",
    "ko", "nl", "no", "pl", "pt", "ro", "ru", "sv", "ta", "th", "tr", "uk", "ur", "vi", "zh",
)  # fmt: skip
ScorerName = Annotated[str, AfterValidator(_registered)]


class Compact(Section):
    """The bundled model."""

    model: Path | None = None
    """A folder with another model of its form."""


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
    """Which scorers run, cheapest first; a scorer's own settings are `[scorers.NAME]`."""

    model_config = ConfigDict(extra="allow", frozen=True)

    use: tuple[ScorerName, ...] = ("lexicon", "compact")
    languages: tuple[Language, ...] = JUDGED
    threads: Annotated[int, Field(ge=0)] = 0
    lexicons: tuple[Path, ...] = ()
    shipped_lexicons: bool = True
    text_budget_ms: Positive = 250.0
    compact: Compact = Compact()
    detoxify: Detoxify = Detoxify()
    cascade: dict[ScorerName, dict[str, tuple[float, float]]] = Field(default_factory=dict)

    @model_validator(mode="after")
    def _check_lexicons(self) -> Self:
        if "lexicon" in self.use and not self.lexicons and not self.shipped_lexicons:
            raise ValueError("shipped_lexicons = false leaves no lexicon: name one in `lexicons`")
        return self

    @model_validator(mode="after")
    def _check_tables(self) -> Self:
        """Checks the tables without a field here, as their scorers' loaders declare them."""
        if extra := self.__pydantic_extra__:
            from moderator.scorers.registry import checked_tables  # imports these settings

            extra.update(checked_tables(extra))
        return self

    def threads_each(self, processes: int = 1) -> int:
        """Threads of each process's models: 0 divides the cores evenly, at most four a process."""
        return self.threads or max(1, min(4, (os.cpu_count() or 1) // processes))
