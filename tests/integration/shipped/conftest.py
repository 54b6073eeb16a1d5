"""What is loaded once in a process, as for unit tests; these take the whole lexicon or model."""

from tests.unit.cli.conftest import run
from tests.unit.conftest import (
    command_line_once,
    default_moderator,
    normalizer_once,
    shipped_lexicon_once,
)

__all__ = [
    "command_line_once",
    "default_moderator",
    "normalizer_once",
    "run",
    "shipped_lexicon_once",
]
