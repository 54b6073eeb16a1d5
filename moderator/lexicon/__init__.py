"""The lexicon: terms as data, and a matcher that finds them, disguised or not."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

from moderator.errors import LexiconError
from moderator.lexicon.entries.dataset import Lexicon, Term
from moderator.lexicon.entries.lint import examine
from moderator.lexicon.matcher import Matcher
from moderator.lexicon.score import profanity

__all__ = ["Lexicon", "Matcher", "Term", "load_lexicon", "profanity"]


def load_lexicon(paths: Iterable[Path] = ()) -> Lexicon:
    """The lexicon of these files and folders; the shipped one by default.

    Raises LexiconError with file, line and reason of every fault.
    """
    lexicon, faults = examine(paths)
    if faults:
        raise LexiconError("\n".join(map(str, faults)))
    return lexicon
