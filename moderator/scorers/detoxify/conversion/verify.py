"""Whether a converted model is still what was converted."""

from __future__ import annotations

from pathlib import Path

from moderator.errors import ModelError
from moderator.scorers.detoxify.locations import CONVERTED, converted
from moderator.scorers.detoxify.manifest import open_folder
from moderator.scorers.model_folder import FileEntry

_REMEDY = "convert it again with `moderator model convert`, or copy the folder anew"


def verify(folder: Path) -> list[str]:
    """Check every file of the model in `folder`; their names, the checkpoint's too if it is there.

    Raises ModelError for the first file that is missing or altered.
    """
    place = converted(folder)
    opened = open_folder(place, _REMEDY)
    manifest = opened.manifest
    for name in manifest.files:
        opened.path(name)
    source = place.parent / f"{manifest.name}.ckpt"
    if place.name != CONVERTED or not source.exists():
        return list(manifest.files)
    if FileEntry.of(source) != manifest.source:
        raise ModelError(f"{source}: is not the checkpoint that was converted; {_REMEDY}")
    return [*manifest.files, source.name]
