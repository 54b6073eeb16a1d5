"""The README's table of metrics is what the code says."""

from __future__ import annotations

from moderator.metrics import Metrics
from tests.metrics_page import README, section, with_section


def test_the_readme_describes_every_metric() -> None:
    text = README.read_text("utf-8")
    assert with_section(text) == text, "run: python -m tests.metrics_page"
    assert all(f"`{metric.name}`" in section() for metric in Metrics().described)
