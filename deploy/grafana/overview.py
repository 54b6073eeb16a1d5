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
    quantile,
    quantiles,
)
from deploy.grafana.services import add_http_api, add_review_page, add_webhooks

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
    add_http_api(page)
    add_webhooks(page)
    add_review_page(page)
    return page
