"""Finds the model folder that the settings name, or says how to get it."""

from __future__ import annotations

import os
import shlex
from pathlib import Path

from moderator.errors import ModelError
from moderator.scorers.detoxify.manifest import DetoxifyManifest, open_folder
from moderator.scorers.model_folder import FileEntry
from moderator.settings import Detoxify

CONVERTED = "converted"
"""The folder inside a fetched one that `moderator model convert` writes and workers read."""


def default_folder(model: str) -> Path:
    """Where `moderator model fetch` puts a released model by default."""
    cache = os.environ.get("XDG_CACHE_HOME")
    return (Path(cache) if cache else Path.home() / ".cache") / "moderator" / f"detoxify-{model}"


def converted(folder: Path) -> Path:
    """The converted model of a folder: the folder itself if it holds one, else inside it."""
    return folder if (folder / DetoxifyManifest.FILE).is_file() else folder / CONVERTED


def locate(settings: Detoxify) -> tuple[Path, str]:
    """The folder of the converted model, and the command that would repair it.

    Raises ModelError if there is nothing to read, or `checkpoint` names a file that changed since
    it was converted.
    """
    checkpoint = settings.checkpoint
    if checkpoint is None:
        folder = default_folder(settings.model)
        remedy = f"run `moderator model fetch {settings.model}` on a machine with a network"
        if not folder.is_dir():
            raise ModelError(
                f"scorers.detoxify.model = {settings.model!r}: nothing in {folder}: {remedy}, or "
                "set scorers.detoxify.checkpoint to a folder that was fetched before"
            )
        if any(folder.glob("*.ckpt")):
            remedy = f"run `moderator model convert {shlex.quote(str(folder))}`"
        return converted(folder), remedy
    if not checkpoint.exists():
        raise ModelError(
            f"scorers.detoxify.checkpoint: {checkpoint} is not there: copy the folder, or run "
            f"`moderator model fetch {settings.model} --to {shlex.quote(str(checkpoint))}`"
        )
    path = settings.huggingface_path
    more = f" --huggingface-path {shlex.quote(str(path))}" if path else ""
    remedy = f"run `moderator model convert {shlex.quote(str(checkpoint))}{more}`"
    if checkpoint.is_dir():
        return converted(checkpoint), remedy
    folder = converted(checkpoint.parent)
    if FileEntry.of(checkpoint) != open_folder(folder, remedy).manifest.source:
        raise ModelError(
            f"scorers.detoxify.checkpoint: {folder} was made from another {checkpoint}; {remedy}"
        )
    return folder, remedy
