"""Every query of every dashboard, asked of a real Prometheus that scrapes a worker under load.

DASHBOARD_LOAD_S says how long the load lasts before the questions; without it, each question is
asked until it has its answer.
"""

from __future__ import annotations

import json
import math
import os
import time
from collections.abc import Iterator
from typing import Any

import msgspec
import pytest
from confluent_kafka import Producer

from deploy.grafana.build import files
from moderator.feedback.decision import decision
from moderator.records import Action, Comment
from moderator.settings import Settings
from tests.integration.live import Prometheus, load, prometheus, worker_with_redis
from tests.waiting import eventually

LOAD_S = float(os.environ.get("DASHBOARD_LOAD_S", "0"))
RANGE_S = max(LOAD_S, 40.0)
PATIENCE_S = 90.0
VARIABLES = {
    "$__rate_interval": "15s", "$before": "15s", "$label": "toxicity", "$job": ".*",
    "$instance": ".*",
}  # fmt: skip

QUERIES = [
    pytest.param(target["expr"], id=f"{path.stem}: {panel['title']} {target['legendFormat']}")
    for path, text in files().items()
    for panel in json.loads(text)["panels"]
    for target in panel.get("targets", [])
    # With luck there are no alerts; the stability index needs last week's scores.
    if not any(part in target["expr"] for part in ("ALERTS", "stability_index"))
]

pytestmark = pytest.mark.timeout(LOAD_S + 300)


@pytest.fixture(scope="module")
def scraped(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Prometheus]:
    folder = tmp_path_factory.mktemp("live")
    with (
        worker_with_redis(folder, FEEDBACK__TO="topic") as (broker, metrics, _),
        prometheus(folder, [metrics]) as server,
        load(broker, per_second=100),
    ):
        decide(broker)
        time.sleep(LOAD_S)
        yield server


def decide(broker: str) -> None:
    """A person allows what was held."""
    settings = Settings()
    made = decision(
        settings, Comment("1", "words"), Action.ALLOW, source="test", verdict=Action.REVIEW
    )
    producer = Producer({"bootstrap.servers": broker})
    producer.produce(settings.feedback.topic, msgspec.json.encode(made))
    assert producer.flush(30) == 0


@pytest.mark.parametrize("promql", QUERIES)
def test_a_query_has_data(scraped: Prometheus, promql: str) -> None:
    for name, value in VARIABLES.items():
        promql = promql.replace(name, value)
    assert "$" not in promql

    def has_data() -> bool:
        now = time.time()
        data = scraped.get(
            "query_range", query=promql, start=str(now - RANGE_S), end=str(now), step="5"
        )
        values = [float(value) for series in data["result"] for _, value in series["values"]]
        return any(math.isfinite(value) for value in values)

    assert eventually(has_data, True, PATIENCE_S)


def test_rules_and_alerts_are_evaluated(scraped: Prometheus) -> None:
    def rules() -> list[dict[str, Any]]:
        return [rule for group in scraped.get("rules")["groups"] for rule in group["rules"]]

    def unsound() -> list[str]:
        # A group is first evaluated within its interval; that of drift is minutes.
        return [
            rule["name"]
            for group in scraped.get("rules")["groups"]
            for rule in group["rules"]
            if rule["health"] not in (("ok",) if group["interval"] <= 60 else ("ok", "unknown"))
        ]

    assert len(rules()) > 15
    assert eventually(lambda: not unsound(), True), unsound()
