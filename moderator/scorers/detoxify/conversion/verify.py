"""Checks that a converted model's files are unchanged."""

from __future__ import annotations

from pathlib import Path

from moderator.errors import ModelError
from moderator.scorers.detoxify.locations import CONVERTED, converted
from moderator.scorers.detoxify.manifest import open_folder
from moderator.scorers.model_folder import FileEntry

_REMEDY = "convert it again with `moderator model convert`, or copy the folder again"


def verify(folder: Path) -> list[str]:
    """Checks every file of the model in `folder`, the checkpoint too if it is there; their names.

    Raises ModelError for the first file that is missing or altered.
    """
    directory = converted(folder)
    opened = open_folder(directory, _REMEDY)
    manifest = opened.manifest
    for name in manifest.files:
        opened.path(name)
    source = directory.parent / f"{manifest.name}.ckpt"
    if directory.name != CONVERTED or not source.exists():
        return list(manifest.files)
    if FileEntry.of(source) != manifest.source:
        raise ModelError(f"{source}: is not the checkpoint that was converted; {_REMEDY}")
    return [*manifest.files, source.name]
