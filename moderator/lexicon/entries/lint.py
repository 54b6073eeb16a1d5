"""Linting of lexicon files: every fault, not just the first."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path

from ahocorasick_rs import AhoCorasick

from moderator.lexicon.entries.dataset import Fault, Lexicon
from moderator.lexicon.entries.reader import read
from moderator.lexicon.obfuscation.shapes import squeeze
from moderator.package import shipped

_MIN_SEARCHED = 2  # letters; a shorter term only matches as a word of its own


def lint(paths: Sequence[Path], with_shipped: bool = False) -> list[Fault]:
    """The faults of these files and folders, or of the shipped lexicon if none are given."""
    lexicon, faults = examine(paths, with_shipped)
    return faults if paths else [*faults, *_idle(lexicon, (), False)]


def examine(paths: Iterable[Path], with_shipped: bool = False) -> tuple[Lexicon, list[Fault]]:
    """The lexicon without its faulty entries, and every fault, in the order of the files.

    `with_shipped` adds the shipped files to those given; without any given they are all there is.
    """
    own = list(paths)
    shipped_files = [shipped("config/lexicon")] if with_shipped or not own else []
    lexicon, faults = read(own, shipped_files)
    if not own:  # read at every start, and linted by a test
        return lexicon, faults
    # What overrides a shipped term leaves those idle that are allowed for its sake.
    unseen = tuple(f"{folder}/" for folder in shipped_files)
    return lexicon, [*faults, *_idle(lexicon, unseen, with_shipped)]


def _idle(lexicon: Lexicon, unseen: tuple[str, ...], warning: bool) -> Iterator[Fault]:
    """Allowed entries that allow nothing, because no term could be found in them; those from the
    folders `unseen` are not examined."""
    letters = {_letters(spelling) for term in lexicon.terms for spelling in term.spellings}
    held = AhoCorasick([key for key in letters if len(key) >= _MIN_SEARCHED])
    for allowed in lexicon.allowed:
        if allowed.source.startswith(unseen):
            continue
        if not any(held.find_matches_as_indexes(_letters(s)) for s in allowed.spellings):
            yield Fault(
                allowed.source,
                f"{allowed.spellings[0]!r} allows nothing: it holds no term",
                warning,
            )


def _letters(spelling: str) -> str:
    return squeeze(spelling.replace(" ", "").replace("_", ""))[0]
