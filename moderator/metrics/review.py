"""Metrics of the review page: comments that wait, the oldest of them, what people decide."""

from __future__ import annotations

from moderator.metrics.maker import Maker


class ReviewMetrics:
    """Metrics of `moderator review`."""

    def __init__(self, make: Maker) -> None:
        self.review_waiting = make.gauge(
            "moderator_review_waiting_comments",
            "Held comments that nobody has decided about.",
            "livemax",
        )
        self.review_oldest = make.gauge(
            "moderator_review_oldest_seconds",
            "Since when the oldest of them has been held; 0 if none waits.",
            "livemax",
        )
        self.review_decisions = make.counter(
            "moderator_review_decisions_total",
            "What people did on the review page; a decision about a text counts once.",
            action="allow, block, skip, undo",
        )
