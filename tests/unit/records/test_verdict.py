"""Actions are ordered, and a verdict that remembers its text masks what was found in it."""

from __future__ import annotations

import msgspec
import pytest

from moderator.records import Action, Match, to_json
from tests.unit.records.test_json import VERDICT

FOUND = msgspec.structs.replace(
    VERDICT, matches=(Match(0, 4, "damn", "coarse", 1), Match(9, 13, "hell", "coarse", 1))
)


def test_the_graver_action_ranks_higher() -> None:
    assert [action.rank for action in Action] == [0, 1, 2]
    assert max(Action, key=lambda action: action.rank) is Action.BLOCK


def test_every_match_is_masked_by_the_mask_that_is_given() -> None:
    about = FOUND.about("damn it, hell")
    assert about.censored() == "**** it, ****"
    assert about.censored("•") == "•••• it, ••••"


def test_the_text_is_no_part_of_what_is_written() -> None:
    about = FOUND.about("damn it, hell")
    assert to_json(about) == to_json(FOUND)
    assert {name: getattr(about, name) for name in FOUND.__struct_fields__} == {
        name: getattr(FOUND, name) for name in FOUND.__struct_fields__
    }


def test_without_the_text_nothing_can_be_masked() -> None:
    with pytest.raises(ValueError, match="without its text"):
        FOUND.censored()


def test_records_cannot_be_changed() -> None:
    for record in (FOUND, FOUND.about("damn"), FOUND.matches[0]):
        with pytest.raises(AttributeError, match="immutable"):
            record.id = "2"  # type: ignore[misc,union-attr]
