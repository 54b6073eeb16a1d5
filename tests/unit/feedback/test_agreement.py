"""The gauges show the last decision about each text of the last seven days."""

from __future__ import annotations

from datetime import UTC, datetime
from math import isnan

import pytest

from moderator.feedback.agreement import WINDOW_S, AgreementCounter
from moderator.feedback.record import Feedback
from moderator.metrics import Metrics
from moderator.records import Action

NOW_S = 1_790_000_000.0
ALLOW, REVIEW, BLOCK = Action


class Clock:
    now_s = NOW_S

    def __call__(self) -> float:
        return self.now_s


def decided(
    text: str, action: Action | None, verdict: Action | None, *, age_s: float = 60.0
) -> Feedback:
    at = datetime.fromtimestamp(NOW_S - age_s, UTC).isoformat()
    return Feedback(
        source="cli", text=text, at=at, action=action, undone=action is None, verdict=verdict
    )


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def agreement(metrics: Metrics, clock: Clock) -> AgreementCounter:
    return AgreementCounter("s", metrics, clock)


def shown(agreement: AgreementCounter, metrics: Metrics, verdict: Action) -> tuple[float, float]:
    """Ratio and number of decisions."""
    agreement.publish()
    value = metrics.registry.get_sample_value
    labels = {"verdict": verdict.value}
    ratio = value("moderator_feedback_agreement_ratio", labels)
    number = value("moderator_feedback_decisions", labels)
    assert ratio is not None
    assert number is not None
    return ratio, number


def test_a_review_is_right_unless_it_was_allowed(
    agreement: AgreementCounter, metrics: Metrics
) -> None:
    for number, action in enumerate((ALLOW, REVIEW, BLOCK, BLOCK)):
        agreement.add(decided(f"held {number}", action, REVIEW))
        agreement.add(decided(f"blocked {number}", action, BLOCK))
    assert shown(agreement, metrics, REVIEW) == (0.75, 4)
    assert shown(agreement, metrics, BLOCK) == (0.5, 4)
    undecided, count = shown(agreement, metrics, ALLOW)
    assert isnan(undecided)
    assert count == 0


def test_the_last_decision_counts_and_one_taken_back_does_not(
    agreement: AgreementCounter, metrics: Metrics
) -> None:
    agreement.add(decided("changed", ALLOW, BLOCK))
    agreement.add(decided("changed", BLOCK, BLOCK))
    agreement.add(decided("regretted", ALLOW, BLOCK))
    agreement.add(decided("regretted", None, BLOCK))
    assert shown(agreement, metrics, BLOCK) == (1.0, 1)


def test_what_is_old_or_about_an_unknown_verdict_does_not_count(
    agreement: AgreementCounter, metrics: Metrics, clock: Clock
) -> None:
    agreement.add(decided("old", ALLOW, BLOCK, age_s=WINDOW_S + 1))
    agreement.add(decided("unknown", ALLOW, None))
    agreement.add(Feedback(source="x", text="a", at="soon", action=ALLOW, verdict=BLOCK))
    agreement.add(Feedback(source="perspective", text="b", at="soon", scores={"TOXICITY": 1.0}))
    agreement.add(decided("new", BLOCK, BLOCK))
    assert shown(agreement, metrics, BLOCK) == (1.0, 1)
    clock.now_s += WINDOW_S
    assert shown(agreement, metrics, BLOCK)[1] == 0
