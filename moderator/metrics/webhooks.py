"""Metrics of webhooks: tries and their duration, undelivered events, dead letters."""

from __future__ import annotations

from moderator.metrics.maker import SECONDS, Maker

ENDPOINTS = "names in the settings"


class WebhookMetrics:
    """Metrics of `moderator webhooks`."""

    def __init__(self, make: Maker) -> None:
        self.webhook_tries = make.counter(
            "moderator_webhook_tries_total",
            "Events posted to an endpoint; one that fails is posted again.",
            endpoint=ENDPOINTS,
            outcome="delivered, failed",
        )
        self.webhook_seconds = make.histogram(
            "moderator_webhook_seconds",
            "From the start of a post until its answer, or its failure.",
            SECONDS,
            endpoint=ENDPOINTS,
        )
        self.webhook_oldest = make.gauge(
            "moderator_webhook_oldest_undelivered_seconds",
            "Age of the oldest verdict that is being delivered; 0 while nothing is in flight.",
            "livemax",
            endpoint=ENDPOINTS,
        )
        self.webhook_dead_letters = make.counter(
            "moderator_webhook_dead_letters_total",
            "Events given up after webhooks.retry_for_s and kept on webhooks.dead_letters.",
            endpoint=ENDPOINTS,
        )
