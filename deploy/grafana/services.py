"""Rows of the overview for the other services: the HTTP API, webhooks and the review page."""

from __future__ import annotations

from grafana_foundation_sdk.builders.dashboard import Dashboard, Row

from deploy.grafana.panels import fill, graph, or_zero, quantile, quantiles


def add_http_api(page: Dashboard) -> None:
    """Requests, their times, the queue and batches."""
    page.with_row(Row("HTTP API"))
    fill(
        page,
        graph(
            "Requests by status",
            "503: refused since too many wait; 429: over a token's rate; 499: the client left.",
            "reqps",
            (
                "sum by (status) (rate(moderator_http_requests_total[$__rate_interval])) "
                "or vector(0)",
                "{{status}}",
            ),
            stacked=True,
        ),
        graph(
            "Request time",
            "From the headers to the end of the answer.",
            "s",
            *or_zero(quantiles("moderator_http_request_seconds")),
        ),
        graph(
            "Waiting, and open requests",
            "Time in the queue until a batch takes a request; and requests without an answer yet.",
            "s",
            *or_zero(quantiles("moderator_http_queue_seconds")),
            ("sum(moderator_http_in_flight_requests) or vector(0)", "open requests (number)"),
        ),
        graph(
            "Requests by route, comments a batch",
            "What is asked for; and how many comments of requests are judged together.",
            "short",
            (
                "sum by (route) (rate(moderator_http_requests_total[$__rate_interval])) "
                "or vector(0)",
                "{{route}} a second",
            ),
            *or_zero(
                [(quantile(0.5, "moderator_http_batch_comments"), "comments a batch, median")]
            ),
        ),
    )


def add_webhooks(page: Dashboard) -> None:
    """Events posted, undelivered and given up."""
    page.with_row(Row("Webhooks"))
    fill(
        page,
        graph(
            "Events posted, by endpoint and outcome",
            "A failed one is tried again, with growing pauses and the same id.",
            "cps",
            (
                "sum by (endpoint, outcome) "
                "(rate(moderator_webhook_tries_total[$__rate_interval])) or vector(0)",
                "{{endpoint}} {{outcome}}",
            ),
        ),
        graph(
            "Undelivered events",
            "Age of the oldest event that is being tried, and the time that a post takes.",
            "s",
            (
                "max by (endpoint) (moderator_webhook_oldest_undelivered_seconds) or vector(0)",
                "{{endpoint}} oldest",
            ),
            *or_zero(quantiles("moderator_webhook_seconds")),
        ),
        graph(
            "Events given up",
            "Kept on the topic webhooks.dead_letters.",
            "cps",
            (
                "sum by (endpoint) "
                "(rate(moderator_webhook_dead_letters_total[$__rate_interval])) or vector(0)",
                "{{endpoint}}",
            ),
        ),
    )


def add_review_page(page: Dashboard) -> None:
    """Held comments that wait, and decisions."""
    page.with_row(Row("Review page"))
    fill(
        page,
        graph(
            "Held comments that wait",
            "Comments that nobody has decided about on the page of `moderator review`.",
            "short",
            ("max(moderator_review_waiting_comments) or vector(0)", "comments"),
        ),
        graph(
            "Oldest held comment",
            "Since when the oldest of them has been held.",
            "s",
            ("max(moderator_review_oldest_seconds) or vector(0)", "oldest"),
        ),
        graph(
            "What people do there",
            "A decision about a text counts once, however many comments have the text.",
            "cpm",
            (
                "60 * sum by (action) "
                "(rate(moderator_review_decisions_total[$__rate_interval])) or vector(0)",
                "{{action}}",
            ),
        ),
    )
