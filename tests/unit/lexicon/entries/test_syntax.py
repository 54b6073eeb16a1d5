"""Where a notation is wrong, and what gaps are left of alternatives."""

from __future__ import annotations

import pytest

from moderator.lexicon.entries.syntax import NotationError, alternatives, expand, parse


@pytest.mark.parametrize(
    ("wrong", "message"),
    [
        ("a]b", "column 2: ']' outside brackets"),
        ("a|b]", "column 2: '|' outside brackets"),
        ("[a|b]c]|", "column 7: ']' outside brackets"),
        ("ab[c|d", r"column 3: '\[' is never closed"),
        ("[a]b[c[d]]", r"column 5: '\[' is never closed"),
        ("[a|]", "an empty spelling"),
    ],
)
def test_the_message_names_the_place(wrong: str, message: str) -> None:
    with pytest.raises(NotationError, match=message):
        expand(wrong)


@pytest.mark.parametrize(
    ("notation", "spellings"),
    [
        ("[oh |]damn", ("oh damn", "damn")),
        ("damn[ it|]", ("damn it", "damn")),
        ("god [all|] damn", ("god all damn", "god damn")),
        ("the_[old_|]mf", ("the_old_mf", "the_mf")),
        ("[a_|]b c", ("a_b c", "b c")),
        ("[a|]_b", ("a_b", "b")),
        ("_x_", ("_x_",)),
        ("[a|a]b", ("ab",)),
    ],
)
def test_an_alternative_left_out_leaves_no_gap(notation: str, spellings: tuple[str, ...]) -> None:
    assert expand(notation) == spellings


def test_a_name_and_its_notation_are_trimmed() -> None:
    assert parse(" cod :  [c|k]od ") == ("cod", ("cod", "kod"))
    assert parse("cod:  _x_ ") == ("cod", ("_x_",))
    assert parse(": cod") == ("cod", ("cod",))


def test_alternatives_keep_gaps_and_their_number() -> None:
    assert list(alternatives(" [a|an] ox[es]")) == [" a oxes", " a ox", " an oxes", " an ox"]
    assert list(alternatives("")) == [""]
    with pytest.raises(NotationError, match="never closed"):
        list(alternatives("a[b"))
