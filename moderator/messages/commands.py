"""Commands in messages, as their reader has to type them."""

from __future__ import annotations

import re
import shlex
from pathlib import Path

WITHOUT_SETTINGS = ("lexicon show", "model fetch", "model info", "top")
"""Commands that read no settings file."""

_BARE = ("-", *(f"{command} " for command in WITHOUT_SETTINGS))
_COMMAND = re.compile(r"`moderator ([^`]+)`")
_NAMES_A_FILE = re.compile(r"(?:^|\s)(?:-c|--config)\b")

_settings_file: Path | None = None


def use_settings_file(path: Path | None) -> None:
    """From now on commands name this settings file; none if the user's shell knows it already."""
    global _settings_file  # noqa: PLW0603 -- a fact of the process, as its arguments are
    _settings_file = path


def copyable(message: str) -> str:
    """The message with every command in backticks as its reader has to type it: with the settings
    file that this process was started with."""
    if _settings_file is None:
        return message
    return _COMMAND.sub(_with_settings_file, message)


def _with_settings_file(command: re.Match[str]) -> str:
    words = command[1]
    if f"{words} ".startswith(_BARE) or _NAMES_A_FILE.search(words):
        return command[0]
    return f"`moderator {words} --config {shlex.quote(str(_settings_file))}`"
