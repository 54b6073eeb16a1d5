"""The packages of the extra `detoxify`, imported only when needed."""

from __future__ import annotations

import importlib
from types import ModuleType

from moderator.errors import ExtraMissingError


def need(module: str, feature: str) -> ModuleType:
    """A module of the extra; ExtraMissingError with the command that installs it."""
    try:
        return importlib.import_module(module)
    except ModuleNotFoundError:
        raise ExtraMissingError(feature, "detoxify") from None
