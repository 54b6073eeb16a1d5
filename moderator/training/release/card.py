"""The model's card: its words are written by hand, its figures by what measures them."""

from __future__ import annotations

from moderator.scorers.compact.scorer import BUNDLED, CARD, open_folder
from moderator.scorers.model_folder import write_model

BEGIN, END = "<!-- figures: python -m tests.benchmarks.model DATA --card -->", "<!-- end -->"
UNMEASURED = "Not measured yet: the command for it stands above this line in the file.\n"


def with_figures(card: str, figures: str) -> str:
    """The card with these figures between its two marks. Raises ValueError where they miss."""
    head, _, rest = card.partition(BEGIN)
    _, end, tail = rest.partition(END)
    if not end:
        raise ValueError(f"{CARD}: has no {BEGIN} … {END}")
    return f"{head}{BEGIN}\n\n{figures}\n{END}{tail}"


def write_card(card: str) -> None:
    """Puts the bundled model's card in place, and its checksum into the manifest."""
    write_model(BUNDLED, open_folder(BUNDLED).manifest, {CARD: card.encode()})
