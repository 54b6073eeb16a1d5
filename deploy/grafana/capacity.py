"""Capacity: how much more will fit, and when will the backlog be gone?"""

from __future__ import annotations

from grafana_foundation_sdk.builders.dashboard import Dashboard

from deploy.grafana.panels import board, fill, graph, quantile

LAG = "moderator_consumer_lag_messages"
CPU = "rate(process_cpu_seconds_total[$__rate_interval])"
COMMENTS = "rate(moderator_comments_total[$__rate_interval])"
NEVER_H = 1000


def dashboard() -> Dashboard:
    """Speed per core first: it is what sizing starts from."""
    page = board("capacity", "Capacity", "CPU, memory, batches, and time until the lag clears.")
    fill(
        page,
        graph(
            "Comments a second for each core in use",
            "Comments judged by the CPU seconds they cost.",
            "cps",
            (f"sum({COMMENTS}) / sum({CPU})", "all"),
            (f"sum by (instance) ({COMMENTS}) / sum by (instance) ({CPU})", "{{instance}}"),
        ),
        graph(
            "Hours until the lag clears",
            f"At the pace of the last minutes; {NEVER_H} means never.",
            "h",
            (
                f"clamp_max(sum({LAG}) / clamp_min(-sum(deriv({LAG}[5m])), 0.001) / 3600, "
                f"{NEVER_H})",
                "hours",
            ),
        ),
        graph(
            "CPU",
            "Cores in use by each worker.",
            "short",
            (f"sum by (instance) ({CPU})", "{{instance}}"),
        ),
        graph(
            "Memory",
            "Resident.",
            "bytes",
            ("sum by (instance) (process_resident_memory_bytes)", "{{instance}}"),
        ),
        graph(
            "Batch size",
            "Comments judged together. Full batches mean that comments wait.",
            "short",
            (
                "sum(rate(moderator_batch_comments_sum[$__rate_interval])) "
                "/ sum(rate(moderator_batch_comments_count[$__rate_interval]))",
                "mean",
            ),
            (quantile(0.95, "moderator_batch_comments"), "p95"),
        ),
        graph(
            "Time by stage",
            "Seconds spent in each stage in a second of each worker.",
            "percentunit",
            (
                "sum by (stage) (rate(moderator_stage_seconds_sum[$__rate_interval])) "
                "/ on () group_left () count(process_start_time_seconds)",
                "{{stage}}",
            ),
        ),
        graph(
            "Lag",
            "Comments produced and not yet judged, and how fast they grow in number.",
            "short",
            (f"sum({LAG})", "lag"),
            (f"sum(deriv({LAG}[5m]))", "growth a second"),
        ),
        graph(
            "Open files",
            "Share of the limit.",
            "percentunit",
            ("max by (instance) (process_open_fds / process_max_fds)", "{{instance}}"),
        ),
    )
    return page
