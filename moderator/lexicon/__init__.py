"""The lexicon: terms as data, and a matcher that finds them, disguised or not."""

from __future__ import annotations

import logging
from collections.abc import Iterable
from pathlib import Path

from moderator.errors import LexiconError
from moderator.lexicon.entries.dataset import Lexicon, Term, entries_by_file
from moderator.lexicon.entries.lint import examine
from moderator.lexicon.matcher import Matcher
from moderator.lexicon.score import profanity

__all__ = ["Lexicon", "Matcher", "Term", "entries_by_file", "load_lexicon", "profanity"]

_log = logging.getLogger(__name__)


def load_lexicon(paths: Iterable[Path] = (), with_shipped: bool = False) -> Lexicon:
    """The lexicon of these files and folders; the shipped one by default.

    `with_shipped` adds them to the shipped one, whose entries they override. Warnings are logged.
    Raises LexiconError with file, line and reason of every fault.
    """
    lexicon, faults = examine(paths, with_shipped)
    if refused := [fault for fault in faults if not fault.warning]:
        raise LexiconError("\n".join(map(str, refused)))
    for warning in faults:
        _log.warning("%s", warning)
    return lexicon
