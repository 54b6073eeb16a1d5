"""A policy that blocks too much holds for review instead, and blocks again once it is calm."""

from __future__ import annotations

import msgspec
import pytest

from moderator.metrics import Metrics
from moderator.policy import Decision, Policies, Policy
from moderator.policy.effect_bound import EffectBound
from moderator.policy.effect_breaker import EffectBreakers
from moderator.policy.overrides import Override
from moderator.records import Action, Comment, Reason
from moderator.testing import ManualClock, StubScorer
from tests.unit.conftest import MakePipeline

ALLOWED = Decision(Action.ALLOW, ())
BLOCKED = Decision(Action.BLOCK, (Reason("block.threat", "threat", 0.9, 0.8),))
SHARE = EffectBound(max_share=0.5, min_comments=10, window_s=60)


class Watched:
    """Breakers by a manual clock, and what they reported."""

    def __init__(self, clock: ManualClock) -> None:
        self.changes: list[tuple[str, bool]] = []
        self._breakers = EffectBreakers(lambda *change: self.changes.append(change), clock)

    def apply(self, decision: Decision, bound: EffectBound = SHARE, name: str = "p") -> Decision:
        return self._breakers.apply(name, bound, decision)


@pytest.fixture
def breakers(clock: ManualClock) -> Watched:
    return Watched(clock)


def test_a_share_over_the_bound_turns_blocks_into_reviews(breakers: Watched) -> None:
    for _ in range(5):
        assert breakers.apply(ALLOWED) is ALLOWED
        assert breakers.apply(BLOCKED) is BLOCKED
    turned = breakers.apply(BLOCKED)
    assert turned.action is Action.REVIEW
    first, *others = turned.reasons
    assert (first.rule, first.label, first.threshold) == ("review.breaker", "max_share", 0.5)
    assert first.score == pytest.approx(6 / 11, abs=1e-4)
    assert tuple(others) == BLOCKED.reasons
    assert breakers.apply(ALLOWED) is ALLOWED
    assert breakers.changes == [("p", True)]


def test_few_comments_say_nothing_of_a_share(breakers: Watched) -> None:
    assert all(breakers.apply(BLOCKED) is BLOCKED for _ in range(9))
    assert breakers.apply(BLOCKED).action is Action.REVIEW


def test_a_number_of_blocks_is_a_bound_too(breakers: Watched, clock: ManualClock) -> None:
    bound = EffectBound(max_blocks=3, window_s=60)
    for _ in range(3):
        assert breakers.apply(BLOCKED, bound) is BLOCKED
        clock.advance(10)
    assert breakers.apply(BLOCKED, bound).reasons[0].label == "max_blocks"


def test_it_closes_after_a_calm_window(breakers: Watched, clock: ManualClock) -> None:
    for _ in range(11):
        breakers.apply(BLOCKED)
    clock.advance(40)
    for _ in range(30):
        breakers.apply(ALLOWED)
    calming = breakers.apply(BLOCKED)
    assert calming.action is Action.REVIEW
    assert calming.reasons[0].label == "calming"
    clock.advance(61)
    assert breakers.apply(BLOCKED) is BLOCKED
    assert breakers.changes == [("p", True), ("p", False)]


def test_it_stays_open_while_blocks_go_on(breakers: Watched, clock: ManualClock) -> None:
    actions = []
    for _ in range(300):
        clock.advance(1)
        actions.append(breakers.apply(BLOCKED).action)
    assert actions[9:] == [Action.REVIEW] * 291
    assert breakers.changes == [("p", True)]


def test_policies_do_not_share_it_and_a_new_bound_begins_anew(breakers: Watched) -> None:
    for _ in range(11):
        breakers.apply(BLOCKED)
    assert breakers.apply(BLOCKED, name="other") is BLOCKED
    assert breakers.apply(BLOCKED, EffectBound(max_share=0.6, min_comments=10)) is BLOCKED


@pytest.mark.parametrize(
    "wrong",
    [{"max_share": 0}, {"max_share": 1.5}, {"max_blocks": 0}, {"window_s": 0}, {"max": 3}],
)
def test_an_impossible_bound_is_refused(wrong: dict[str, float]) -> None:
    with pytest.raises(msgspec.ValidationError):
        msgspec.convert(wrong, EffectBound)


async def test_in_the_pipeline_people_are_exempt_and_the_gauge_is_set(
    make_pipeline: MakePipeline, metrics: Metrics
) -> None:
    policy = Policy(block={"toxicity": 0.5}, breaker=EffectBound(max_blocks=2))
    pipeline = make_pipeline(
        scorer=StubScorer(lambda _: {"toxicity": 0.9}),
        policies=Policies("standard", {"standard": policy}, {}),
    )
    pipeline.overrides.put(None, "by hand", Override(Action.BLOCK, 1e12))
    texts = ["by hand", "by hand", "by hand", "a", "b", "c", "by hand"]
    verdicts = await pipeline.moderate([Comment(str(n), text) for n, text in enumerate(texts)])
    assert [verdict.action.value for verdict in verdicts] == [
        "block", "block", "block", "block", "block", "review", "block",
    ]  # fmt: skip
    assert [reason.rule for reason in verdicts[5].reasons] == ["review.breaker", "block.toxicity"]
    assert metrics.registry.get_sample_value("moderator_breaker_open", {"policy": "standard"}) == 1
