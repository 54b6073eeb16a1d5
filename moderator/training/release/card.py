"""A model's card: its words are written by hand, its figures by what measures them."""

from __future__ import annotations

from pathlib import Path

from moderator.scorers.compact.scorer import BUNDLED, CARD, open_folder
from moderator.scorers.model_folder import write_model

FIGURES = ("<!-- figures: python -m tests.benchmarks.model DATA --card -->", "<!-- end -->")
SCORECARD = (
    "<!-- scorecard: python -m tests.benchmarks.judgement DATA --card -->",
    "<!-- end of scorecard -->",
)
LANGUAGES = (
    "<!-- figures: python -m tests.benchmarks.multilingual DATA --card -->",
    "<!-- end -->",
)
"""The marks between which each part is written; the first names the command that does it."""
UNMEASURED = "Not measured yet: the command for it is in the comment above this line.\n"


def with_figures(card: str, figures: str) -> str:
    """The card with these figures. Raises ValueError if it lacks the marks."""
    return _between(card, FIGURES, figures)


def with_scorecard(card: str, scorecard: str) -> str:
    """The card with this scorecard. Raises ValueError if it lacks the marks."""
    return _between(card, SCORECARD, scorecard)


def with_languages(card: str, figures: str) -> str:
    """The second model's card with these figures. Raises ValueError if it lacks the marks."""
    return _between(card, LANGUAGES, figures)


def unmeasured(card: str) -> str:
    """The card without figures, for a model that nothing has measured yet."""
    return with_scorecard(with_figures(card, UNMEASURED), UNMEASURED)


def write_card(card: str, folder: Path = BUNDLED) -> None:
    """Puts a model's card in place, and its checksum into the manifest."""
    write_model(folder, open_folder(folder).manifest, {CARD: card.encode()})


def _between(card: str, marks: tuple[str, str], text: str) -> str:
    begin, end = marks
    head, _, rest = card.partition(begin)
    _, end_mark, tail = rest.partition(end)
    if not end_mark:
        raise ValueError(f"{CARD}: has no {begin} … {end}")
    return f"{head}{begin}\n\n{text}\n{end}{tail}"
