"""Patterns over squeezed text, and which term each run of letters may be."""

from __future__ import annotations

import msgspec
import pytest

from moderator.lexicon.entries.dataset import Allowed, Lexicon, Term
from moderator.lexicon.finding import ALLOWLISTED
from moderator.lexicon.obfuscation.shapes import shapes, squeeze

NOTHING: frozenset[str] = frozenset()
EMPTY = Lexicon((), (), NOTHING, NOTHING, NOTHING, NOTHING, "")


def term(spelling: str, boundary: str = "word") -> Term:
    return Term(spelling, "insult", 3, (spelling,), "none", boundary, "en", "x.toml:1")


@pytest.mark.parametrize(
    ("surface", "squeezed"),
    [("as", ("as", None)), ("ass", ("as", (1, 2))), ("aas", ("as", (2, 1))), ("a", ("a", None)),
     ("moon", ("mon", (1, 2, 1)))],
)  # fmt: skip
def test_squeeze(surface: str, squeezed: tuple[str, tuple[int, ...] | None]) -> None:
    assert squeeze(surface) == squeezed


def test_terms_of_one_pattern_of_different_runs_are_separate() -> None:
    lexicon = msgspec.structs.replace(
        EMPTY,
        allowed=(
            Allowed(("as",), "none", False, "x.toml:1"),
            Allowed(("bass",), "none", True, "x.toml:2"),
        ),
    )
    ass, phrase, inside = term("ass"), term("ass hat", "compound"), term("slut", "start")
    forms = [(0, ass, "ass"), (1, phrase, "ass hat"), (2, inside, "slut"), (3, ass, "ass")]
    assert shapes(lexicon, forms) == {
        " as ": ((None, ALLOWLISTED), ((1, 2), 0)),
        " bas": (((1, 1, 2), ALLOWLISTED),),
        " as hat ": (((1, 2, 1, 1, 1, 1), 1),),
        " slut ": ((None, 2),),
        "slut": (),
    }
