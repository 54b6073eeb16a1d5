"""Any policy that is accepted decides on any comment: no error, and the same each time."""

from __future__ import annotations

import os

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from moderator.policy.decider import Decider
from moderator.policy.files import read_policies
from moderator.records import Action
from tests.unit.policy.chance import LISTS, Chance
from tests.unit.policy.files import bundle

EXAMPLES = 10_000 if "MODERATOR_SLOW" in os.environ else 200


@pytest.mark.timeout(1_800)
@settings(max_examples=EXAMPLES, deadline=None)
@given(st.integers(0, 2**64))
def test_any_policy_decides_on_any_comment_and_always_alike(seed: int) -> None:
    chance = Chance(seed)
    table = {
        "default": "p",
        "policies": {"p": chance.policy()},
        "lists": LISTS,
        "communities": {"games": {"lexicon": {"allow": ["damn"]}}},
    }
    comment, found = chance.comment(), chance.scored()
    decided = Decider(read_policies(bundle(table)), "s").decide("k", comment.text, comment, found)
    again = Decider(read_policies(bundle(table)), "s")
    assert again.decide("k", comment.text, comment, found) == decided
    assert again.decide("k", comment.text, comment, found) == decided  # remembered
    action, reasons = decided.decision.action, decided.decision.reasons
    assert all(reason.rule.startswith(f"{action}.") for reason in reasons)
    assert reasons or action is Action.ALLOW
