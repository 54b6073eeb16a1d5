"""Checkpoints in the format of Detoxify's releases: a pickle of weights and configuration."""

from __future__ import annotations

import pickle
from collections.abc import Mapping
from pathlib import Path
from typing import Any, Generic, NamedTuple, TypeVar

import msgspec

from moderator.errors import ModelError
from moderator.scorers.detoxify.architectures import Architecture, architecture_of
from moderator.scorers.detoxify.labels import standard_labels
from moderator.scorers.detoxify.optional_deps import need

FEATURE = "reading a Detoxify checkpoint"

T = TypeVar("T")


class Checkpoint(NamedTuple):
    """Contents of a checkpoint: architecture, labels in the order of its outputs, weights."""

    path: Path
    architecture: Architecture
    labels: tuple[str, ...]
    weights: Mapping[str, Any]


class _Arch(msgspec.Struct):
    model_name: str
    tokenizer_name: str


class _Dataset(msgspec.Struct):
    classes: list[str]


class _Arguments(msgspec.Struct, Generic[T]):
    args: T


class _Config(msgspec.Struct):
    """The parts of the training configuration that matter; the others are not read."""

    arch: _Arguments[_Arch]
    dataset: _Arguments[_Dataset]


def find_checkpoint(folder: Path) -> Path:
    """The one `.ckpt` file of a folder, or the file itself; ModelError otherwise."""
    if folder.is_file():
        return folder
    if not folder.is_dir():
        raise ModelError(f"{folder}: no such folder: `moderator model fetch` makes one")
    checkpoints = sorted(folder.glob("*.ckpt"))
    if len(checkpoints) != 1:
        names = ", ".join(path.name for path in checkpoints) or "none"
        raise ModelError(
            f"{folder}: expected one .ckpt file, found {names}: name the file, "
            "or run `moderator model fetch NAME --to DIR`"
        )
    return checkpoints[0]


def read_checkpoint(path: Path, *, trust_pickle: bool) -> Checkpoint:
    """Load a checkpoint, running none of the code a pickle may hold unless `trust_pickle`.

    Raises ModelError if the file is not such a checkpoint or would run code.
    """
    torch = need("torch", FEATURE)
    try:
        loaded = torch.load(path, map_location="cpu", weights_only=not trust_pickle)
    except OSError as error:
        raise ModelError(f"{path}: cannot be read ({error.strerror})") from None
    except pickle.UnpicklingError:
        raise ModelError(
            f"{path}: holds more than weights, and loading it could run any code: "
            "only if you trust its source, repeat with --trust-pickle"
        ) from None
    except (RuntimeError, EOFError) as error:
        raise ModelError(
            f"{path}: not a checkpoint, or damaged ({type(error).__name__}): fetch it again"
        ) from None
    if not isinstance(loaded, dict) or not {"config", "state_dict"} <= loaded.keys():
        raise ModelError(f"{path}: a Detoxify checkpoint holds 'config' and 'state_dict'")
    try:
        config = msgspec.convert(loaded["config"], _Config)
    except msgspec.ValidationError as error:
        raise ModelError(f"{path}: config is not that of a Detoxify checkpoint: {error}") from None
    architecture = architecture_of(config.arch.args.model_name)
    if config.arch.args.tokenizer_name.removesuffix("Fast") != architecture.tokenizer_class:
        raise ModelError(
            f"{path}: tokenizer {config.arch.args.tokenizer_name!r} does not belong to "
            f"{architecture.model_class}"
        )
    labels = standard_labels(config.dataset.args.classes, str(path))
    weights = {
        name: tensor
        for name, tensor in loaded["state_dict"].items()
        if not name.endswith(".position_ids")  # a buffer of old versions, not a weight
    }
    return Checkpoint(path, architecture, labels, weights)
