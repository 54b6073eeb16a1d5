"""The runbook's page: each alert has its anchor, and nothing of it is left as markup."""

from __future__ import annotations

import re
from pathlib import Path

import yaml

from moderator.http.runbook import runbook

ALERTS = Path(__file__).parents[3] / "deploy" / "prometheus" / "alerts.yml"


def test_every_alert_has_its_section() -> None:
    ids = set(re.findall(r'<h2 id="([^"]+)"', runbook()))
    groups = yaml.safe_load(ALERTS.read_text("utf-8"))["groups"]
    assert {rule["alert"].lower() for group in groups for rule in group["rules"]} <= ids


def test_links_stay_on_the_page_and_markup_is_rendered() -> None:
    page = runbook()
    targets = re.findall(r'href="([^"]+)"', page)
    assert all(t.startswith("#") or t in {"./", "data:,", "dashboard.css"} for t in targets)
    assert "**" not in page
    assert "`" not in page
    assert "](" not in page
    assert "<strong>Means</strong>" in page
    assert "moderator:*</code>" in page


def test_the_page_links_to_sections_that_exist() -> None:
    script = (Path(__file__).parents[3] / "moderator/http/dashboard.js").read_text("utf-8")
    named = set(re.findall(r'"(moderator[a-z]+)"', script))
    assert len(named) >= 7
    assert named <= set(re.findall(r'<h2 id="([^"]+)"', runbook()))
