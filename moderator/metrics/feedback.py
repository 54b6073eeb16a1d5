"""Metrics of what people decide: decisions in force, and agreement with verdicts."""

from __future__ import annotations

from moderator.metrics.maker import ACTIONS, Maker


class FeedbackMetrics:
    """Metrics of the topic of feedback; every process that follows it shows the same values."""

    def __init__(self, make: Maker) -> None:
        self.overrides = make.gauge(
            "moderator_overrides",
            "Texts about which a person's decision is in force, whatever their scores.",
            "livemax",
        )
        self.agreement = make.gauge(
            "moderator_feedback_agreement_ratio",
            "Share of people's decisions of the last seven days that agree with the verdict they "
            "saw; a review is right unless they allowed the comment. NaN without decisions.",
            "livemax",
            verdict=ACTIONS,
        )
        self.decisions = make.gauge(
            "moderator_feedback_decisions",
            "People's decisions of the last seven days about verdicts that are known.",
            "livemax",
            verdict=ACTIONS,
        )
