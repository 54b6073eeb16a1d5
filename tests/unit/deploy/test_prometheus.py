"""Rules and alerts: real metrics, a runbook section for each, and promtool's own tests."""

from __future__ import annotations

import re
import shutil
import subprocess
from pathlib import Path
from typing import Any

import pytest
import yaml

from moderator.metrics import Metrics
from tests.servers import missing

DEPLOY = Path(__file__).parents[3] / "deploy"
RULES = [DEPLOY / "prometheus" / name for name in ("rules.yml", "alerts.yml")]
ALERTS = [
    rule
    for group in yaml.safe_load(RULES[1].read_text("utf-8"))["groups"]
    for rule in group["rules"]
]


def promtool(*arguments: str) -> None:
    path = shutil.which("promtool")
    if path is None:
        missing("promtool is not installed (Debian: prometheus)")
    run = subprocess.run(
        [path, *arguments],
        cwd=DEPLOY / "prometheus",
        capture_output=True,
        text=True,
        timeout=100,
        check=False,
    )
    assert run.returncode == 0, run.stdout + run.stderr


def test_prometheus_takes_the_configuration() -> None:
    promtool("check", "config", "prometheus.yml")


def test_alerts_fire_when_they_should() -> None:
    promtool("test", "rules", "tests/alerts_test.yml")


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
    path, anchor = alert["annotations"]["runbook_url"].split("#")
    headings = re.findall(r"^## (.+)$", (DEPLOY.parent / path).read_text("utf-8"), re.M)
    assert anchor in {heading.lower() for heading in headings}


def test_every_alert_is_tested_both_ways() -> None:
    tests = yaml.safe_load((DEPLOY / "prometheus/tests/alerts_test.yml").read_text("utf-8"))
    cases = [case for test in tests["tests"] for case in test["alert_rule_test"]]
    for fires in (True, False):
        seen = {case["alertname"] for case in cases if bool(case.get("exp_alerts")) is fires}
        assert seen == {alert["alert"] for alert in ALERTS}
