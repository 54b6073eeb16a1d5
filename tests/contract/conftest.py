"""Detoxify models for the contract tests: made, converted and, one of them, trained on the spot."""

from __future__ import annotations

import importlib.util
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest

from tests.servers import missing


@pytest.fixture(scope="session")
def small_detoxify() -> Any:
    """The module that makes small checkpoints; skips if the extra is not installed."""
    if importlib.util.find_spec("detoxify") is None:
        missing("the extra `detoxify`: pip install -e '.[dev,detoxify]'")
    from tests.contract import small_detoxify

    return small_detoxify


@pytest.fixture(scope="session")
def releases(small_detoxify: Any, tmp_path_factory: pytest.TempPathFactory) -> Mapping[str, Path]:
    """By architecture: a folder as a release is fetched and converted."""
    from moderator.scorers.detoxify.conversion.convert import convert

    root = tmp_path_factory.mktemp("releases")
    for name in small_detoxify.KINDS:
        small_detoxify.make_checkpoint(name, root / name)
        convert(root / name)
    return {name: root / name for name in small_detoxify.KINDS}


@pytest.fixture(scope="session")
def trained(small_detoxify: Any, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A small BERT that has learnt what abuse is: sentences that call somebody an idiot."""
    from moderator.scorers.detoxify.conversion.convert import convert

    folder = tmp_path_factory.mktemp("trained")
    small_detoxify.make_trained_checkpoint(folder)
    convert(folder)
    return folder
