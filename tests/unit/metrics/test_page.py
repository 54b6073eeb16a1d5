"""deploy/METRICS.md describes the metrics that the code has."""

from __future__ import annotations

from moderator.metrics import Metrics
from tests.metrics_page import PAGE, section, with_section


def test_the_page_describes_every_metric() -> None:
    text = PAGE.read_text("utf-8")
    assert with_section(text) == text, "run: python -m tests.metrics_page"
    assert all(f"`{metric.name}`" in section() for metric in Metrics().described)
