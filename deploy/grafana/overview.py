"""Overview: is it running, is it fast, does it lose anything?"""

from __future__ import annotations

from grafana_foundation_sdk.builders.dashboard import Dashboard, Row

from deploy.grafana.panels import (
    ACTION_COLOURS,
    alerts,
    board,
    fill,
    graph,
    number,
    or_zero,
    quantile,
    quantiles,
)

SLOW = "job:moderator_slow_comments:ratio"
E2E = "moderator_end_to_end_seconds"
LOOK_UPS = "rate(moderator_cache_requests_total[$__rate_interval])"
HITS = 'rate(moderator_cache_requests_total{result="hit"}[$__rate_interval])'
# Not by the caches' own counts: Redis is only asked for what memory missed.
CACHED = (
    'sum(rate(moderator_comments_total{source="cache"}[$__rate_interval])) '
    "/ sum(rate(moderator_comments_total[$__rate_interval]))"
)


def dashboard() -> Dashboard:
    """Panels from the most to the least asked for."""
    page = board("overview", "Overview", "Throughput, latency, backlog, errors.")
    fill(
        page,
        number(
            "Comments a second",
            "Verdicts given by all workers.",
            "cps",
            "sum(rate(moderator_comments_total[$__rate_interval])) or vector(0)",
        ),
        number(
            "End to end, p99",
            "From a comment's production to its confirmed verdict.",
            "s",
            f"{quantile(0.99, E2E)} or vector(0)",
            warn=1,
            section="moderatorerrorbudgetburn",
        ),
        number(
            "Oldest comment waits",
            "Age of the oldest comment without a verdict.",
            "s",
            "max(moderator_oldest_unprocessed_seconds) or vector(0)",
            warn=10,
            section="moderatoroldestcommenttooold",
        ),
        number(
            "Lag",
            "Comments produced and not yet judged.",
            "short",
            "sum(moderator_consumer_lag_messages) or vector(0)",
            section="moderatorfallingbehind",
        ),
        number(
            "From the cache",
            "Share of comments that no scorer had to see.",
            "percentunit",
            f"{CACHED} or vector(0)",
        ),
        number(
            "Workers",
            "Processes behind the metrics ports that answer.",
            "short",
            "count(process_start_time_seconds) or vector(0)",
            section="moderatordown",
        ),
        number(
            "Held for review, an hour",
            "Comments of the last hour that people have to look at.",
            "short",
            'sum(increase(moderator_comments_total{action="review"}[1h])) or vector(0)',
        ),
        number(
            "Within one second",
            "Of the last hour's comments; the objective is 99.9 % over 30 days.",
            "percentunit",
            "1 - (max(job:moderator_slow_comments:ratio_rate1h) or vector(0))",
            section="moderatorerrorbudgetburn",
        ),
        number(
            "Error budget burn",
            "Of the last hour: 1 uses up the budget of 0.1 % in 30 days, 14.4 in two.",
            "none",
            "max(job:moderator_slow_comments:ratio_rate1h) / 0.001 or vector(0)",
            warn=1,
            section="moderatorerrorbudgetburn",
        ),
        number(
            "Dead letters, an hour",
            "Records of the last hour that could not be read as comments.",
            "short",
            "sum(increase(moderator_dead_letters_total[1h])) or vector(0)",
            warn=1,
            section="moderatordeadletters",
        ),
        number(
            "Redis fails",
            "Workers that cannot use it; the cause is under Cache and trouble.",
            "short",
            "sum(max by (job, instance) (moderator_cache_failing)) or vector(0)",
            warn=1,
            section="moderatorcachedown",
        ),
        number(
            "Halted workers",
            "Workers that take no comments because too many became dead letters.",
            "short",
            "sum(moderator_halted) or vector(0)",
            warn=1,
            section="moderatorhalted",
        ),
    )
    page.with_row(Row("Alerts and objective"))
    fill(
        page,
        alerts(span=12),
        graph(
            "Error budget burn",
            "How fast the budget of 0.1 % of comments slower than a second is used up: at 1 it "
            "lasts 30 days. Alerts: 14.4 over an hour, 6 over six hours, 1 over three days.",
            "none",
            *(
                (
                    f"max({SLOW}_rate{window}) / 0.001 or vector(0)",
                    window,
                )
                for window in ("5m", "1h", "6h", "3d")
            ),
            height=6,
        ),
    )
    page.with_row(Row("Flow"))
    fill(
        page,
        graph(
            "Comments by action",
            "Verdicts a second.",
            "cps",
            ("sum by (action) (rate(moderator_comments_total[$__rate_interval]))", "{{action}}"),
            stacked=True,
            colours=ACTION_COLOURS,
        ),
        graph("End to end", "From production to the confirmed verdict.", "s", *quantiles(E2E)),
        graph(
            "Queue time",
            "From production until a worker takes it: the part of the above that more workers "
            "would shorten.",
            "s",
            *quantiles("moderator_queue_seconds"),
        ),
        graph(
            "Time by stage, p95",
            "Of one batch.",
            "s",
            (quantile(0.95, "moderator_stage_seconds", by="stage"), "{{stage}}"),
        ),
    )
    page.with_row(Row("Backlog"))
    fill(
        page,
        graph(
            "Lag by partition",
            "Comments not yet acknowledged.",
            "short",
            ("max by (partition) (moderator_consumer_lag_messages)", "{{partition}}"),
        ),
        graph(
            "Age of the oldest comment by partition",
            "0 if none waits.",
            "s",
            ("max by (partition) (moderator_oldest_unprocessed_seconds)", "{{partition}}"),
        ),
        graph(
            "Partitions on hold",
            "Not read until somebody decides; `found` counts offsets that the log no longer holds.",
            "short",
            ("max by (reason) (moderator_held_partitions) or vector(0)", "{{reason}}"),
            ("sum by (kind) (moderator_lost_offsets_total) or vector(0)", "found {{kind}}"),
        ),
    )
    page.with_row(Row("Cache and trouble"))
    fill(
        page,
        graph(
            "Broker errors",
            "Failed connections and publications by cause; `tls`, `authentication` and "
            "`permission` do not pass by themselves.",
            "cps",
            (
                "sum by (cause) (rate(moderator_broker_errors_total[$__rate_interval]))",
                "{{cause}}",
            ),
        ),
        graph(
            "Cache look-ups",
            "By cache and result; `open` are those the circuit breaker spared Redis.",
            "cps",
            (
                "sum by (cache, result) (rate(moderator_cache_requests_total[$__rate_interval]))",
                "{{cache}} {{result}}",
            ),
            stacked=True,
        ),
        graph(
            "Cache hit ratio",
            "Of the look-ups in each cache; and 0 while the circuit breaker skips Redis.",
            "percentunit",
            (
                f"sum by (cache) ({HITS}) / sum by (cache) ({LOOK_UPS})",
                "{{cache}}",
            ),
            ("min by (cache) (moderator_cache_up)", "{{cache}} in use"),
        ),
        graph(
            "Errors",
            "Counted, and survived.",
            "cps",
            ("sum(rate(moderator_scorer_errors_total[$__rate_interval])) or vector(0)", "scorers"),
            ("sum(rate(moderator_cache_errors_total[$__rate_interval])) or vector(0)", "cache"),
            ("sum(rate(moderator_retries_total[$__rate_interval])) or vector(0)", "retries"),
            ("sum by (cause) (moderator_cache_failing > 0) or vector(0)", "Redis: {{cause}}"),
            (
                "sum(rate(moderator_comments_degraded_total[$__rate_interval])) or vector(0)",
                "comments judged without a scorer",
            ),
        ),
        graph(
            "Dead letters",
            "Records that cannot be read as comments.",
            "cps",
            (
                "sum by (stage, reason) (rate(moderator_dead_letters_total[$__rate_interval]))",
                "{{stage}} {{reason}}",
            ),
            ("sum(rate(moderator_dead_letters_total[$__rate_interval])) or vector(0)", "all"),
        ),
    )
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
    return page
