"""Rules and alerts name real metrics, have a runbook section each, and are tested both ways.

Promtool runs those tests in `tests/integration/test_promtool.py`.
"""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pytest
import yaml

from moderator.metrics import Metrics
from moderator.metrics.maker import PROBABILITIES

DEPLOY = Path(__file__).parents[3] / "deploy"
RULES = [DEPLOY / "prometheus" / name for name in ("rules.yml", "alerts.yml")]
TESTS = sorted((DEPLOY / "prometheus" / "tests").glob("*_test.yml"))
LINK = re.compile(
    r"\{\{ with \$externalLabels\.moderator_runbook \}\}\{\{ \. \}\}\{\{ else \}\}(.+)\{\{ end \}\}"
)
ALERTS = [
    rule
    for group in yaml.safe_load(RULES[1].read_text("utf-8"))["groups"]
    for rule in group["rules"]
]


@pytest.mark.parametrize("path", RULES, ids=lambda path: path.name)
def test_rules_name_metrics_that_exist(path: Path) -> None:
    known = {metric.name for metric in Metrics().described}
    groups = yaml.safe_load(path.read_text("utf-8"))["groups"]
    named = {
        re.sub(r"_(bucket|sum|count)$", "", name)
        for group in groups
        for rule in group["rules"]
        for name in re.findall(r"(?<![:\w])moderator_\w+", rule["expr"])
    }
    assert named
    assert named <= known


@pytest.mark.parametrize("alert", ALERTS, ids=lambda alert: alert["alert"])
def test_an_alert_says_what_to_do(alert: dict[str, Any]) -> None:
    assert alert["labels"]["severity"] in {"critical", "warning"}
    assert alert["annotations"]["summary"]
    url = alert["annotations"]["runbook_url"]
    base, anchor = url.split("#")
    found = LINK.fullmatch(base)
    assert found, "the link must become absolute by the external label"
    path = found[1]
    headings = re.findall(r"^## (.+)$", (DEPLOY.parent / path).read_text("utf-8"), re.M)
    assert anchor in {heading.lower() for heading in headings}


def test_every_alert_is_tested_both_ways() -> None:
    tests = [test for path in TESTS for test in yaml.safe_load(path.read_text("utf-8"))["tests"]]
    cases = [case for test in tests for case in test["alert_rule_test"]]
    for fires in (True, False):
        seen = {case["alertname"] for case in cases if bool(case.get("exp_alerts")) is fires}
        assert seen == {alert["alert"] for alert in ALERTS}


def test_drift_is_computed_over_the_histograms_own_bins() -> None:
    rules = yaml.safe_load(RULES[0].read_text("utf-8"))["groups"][1]["rules"]
    bins = [float(rule["labels"]["bin"]) for rule in rules if "labels" in rule]
    assert bins == [*PROBABILITIES, 1.0]
    for low, rule in zip([None, *PROBABILITIES], rules, strict=False):
        edges = [float(edge) for edge in re.findall(r'le="([\d.]+)"', rule["expr"])]
        high = float(rule["labels"]["bin"])
        assert edges == [edge for edge in (high, low) if edge is not None and edge < 1.0]
