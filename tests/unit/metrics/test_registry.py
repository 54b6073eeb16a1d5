"""Metrics: bounded labels, the reference page, several processes as one."""

from __future__ import annotations

import os
import re
import subprocess
import sys
import textwrap
from pathlib import Path
from types import SimpleNamespace

import pytest

from moderator.metrics import exposition
from moderator.metrics.exposition import exposition_of_processes, process_ended
from moderator.metrics.maker import BATCHES, PROBABILITIES, SECONDS, STAGE_SECONDS
from moderator.metrics.registry import Metrics
from moderator.policy import Policies, Policy
from moderator.records import Action, Component, Match, Reason, Verdict
from moderator.testing import StubScorer
from tests.unit.conftest import MakePipeline
from tests.unit.test_pipeline import comments


def value(metrics: Metrics, name: str, **labels: str) -> float | None:
    return metrics.registry.get_sample_value(name, labels)


def verdict(**changes: object) -> Verdict:
    fields: dict[str, object] = {
        "id": "1", "action": Action.ALLOW, "reasons": (), "scores": {}, "matches": (),
        "scorer": Component("s", "1"), "policy": Component("standard", "1"), "cached": False,
        "degraded": False, "scored_at": "", "latency_ms": 0.0, **changes,
    }  # fmt: skip
    return Verdict(**fields)  # type: ignore[arg-type]


def test_only_listed_communities_are_labels() -> None:
    metrics = Metrics(communities=["games"])
    metrics.observe_verdicts([verdict()] * 3, ["games", "elsewhere", None])
    labels = {"action": "allow", "source": "scorers", "policy": "standard"}
    assert value(metrics, "moderator_comments_total", **labels, community="games") == 1
    assert value(metrics, "moderator_comments_total", **labels, community="other") == 2
    assert b"elsewhere" not in metrics.exposition()[0]


def test_degraded_comments_are_counted_by_action() -> None:
    metrics = Metrics()
    metrics.observe_verdicts([verdict(degraded=True), verdict()], [None, None])
    assert value(metrics, "moderator_comments_degraded_total", action="allow") == 1


def test_a_partition_that_went_away_counts_no_more() -> None:
    metrics = Metrics()
    metrics.set_backlog({0: (5, 1.5), 1: (7, 2.5)})
    metrics.set_backlog({1: (6, 2.0)})
    assert value(metrics, "moderator_consumer_lag_messages", partition="0") == 0
    assert value(metrics, "moderator_oldest_unprocessed_seconds", partition="0") == 0
    assert value(metrics, "moderator_consumer_lag_messages", partition="1") == 6


def test_a_rule_counts_once_for_each_comment_it_held() -> None:
    metrics = Metrics()
    reasons = (
        Reason("block.threat", "threat", 0.9, 0.8),
        Reason("block.insult", "insult", 0.99, 0.95),
    )
    metrics.observe_verdicts([verdict(action=Action.BLOCK, reasons=reasons), verdict()], [None] * 2)
    labels = {"policy": "standard", "action": "block"}
    assert value(metrics, "moderator_rules_total", **labels, rule="block.threat") == 1
    assert value(metrics, "moderator_rules_total", **labels, rule="block.insult") == 1


def test_a_category_counts_once_for_each_comment_and_says_whether_all_was_quoted() -> None:
    metrics = Metrics()
    own, quoted = Match(0, 1, "x", "slur", 4), Match(2, 3, "y", "slur", 4, quoted=True)
    mild = Match(4, 5, "z", "mild", 1, quoted=True)
    metrics.observe_verdicts(
        [verdict(matches=(own, own, quoted, mild)), verdict(matches=(quoted,))], [None] * 2
    )
    name = "moderator_matches_total"
    assert value(metrics, name, category="slur", quoted="false") == 1
    assert value(metrics, name, category="slur", quoted="true") == 1
    assert value(metrics, name, category="mild", quoted="true") == 1


async def test_a_shadow_policy_is_only_counted(
    make_pipeline: MakePipeline, metrics: Metrics
) -> None:
    policies = Policies(
        "now",
        {"now": Policy(review={"toxicity": 0.5}), "next": Policy(block={"toxicity": 0.3})},
        {},
        {"now": "next"},
    )
    scorer = StubScorer(lambda text: {"toxicity": 0.4 if "vile" in text else 0.0})
    pipeline = make_pipeline(policies=policies, scorer=scorer)
    verdicts = await pipeline.moderate(comments("vile", "vile", "kind"))
    assert {v.action for v in verdicts} == {Action.ALLOW}
    labels = {"policy": "now", "shadow": "next", "action": "allow"}
    name = "moderator_shadow_decisions_total"
    assert value(metrics, name, **labels, shadow_action="block") == 2
    assert value(metrics, name, **labels, shadow_action="allow") == 1


@pytest.mark.parametrize("buckets", [SECONDS, STAGE_SECONDS, PROBABILITIES, BATCHES])
def test_buckets_rise(buckets: tuple[float, ...]) -> None:
    assert list(buckets) == sorted(set(buckets))
    assert SECONDS[0] == 0.001
    assert SECONDS[-1] == 60.0


def test_names_and_helps_keep_prometheus_conventions() -> None:
    for metric in Metrics().described:
        assert re.fullmatch(r"moderator_[a-z_]+", metric.name)
        assert metric.help.endswith(".")
        assert metric.name.endswith("_total") == (metric.kind == "counter"), metric.name
        assert all(metric.labels.values()), f"{metric.name}: a label without its values"


def test_the_page_has_process_metrics_and_no_created_series() -> None:
    metrics = Metrics()
    metrics.retries.labels("publish").inc()
    page = metrics.exposition()[0].decode()
    assert "process_resident_memory_bytes " in page
    assert "_created" not in page
    assert 'moderator_retries_total{operation="publish"} 1.0' in page


CHILD = """
    import sys
    from moderator.metrics import Metrics
    from moderator.records import Component
    number = int(sys.argv[1])
    metrics = Metrics()
    metrics.set_versions("package", [Component("moderator", "1")])
    metrics.dead_letters.labels("decode", "json").inc(number)
    metrics.end_to_end_seconds.observe(0.02)
    metrics.cache_up.labels("redis").set(number - 1)
    if number == 2:
        metrics.set_backlog({0: (9, 9.0)})
        metrics.set_backlog({1: (4, 2.0)})
    print(flush=True)
    sys.stdin.read()
"""


def test_several_processes_make_one_page(tmp_path: Path) -> None:
    environment = {**os.environ, "PROMETHEUS_MULTIPROC_DIR": str(tmp_path)}
    command = [sys.executable, "-W", "error", "-c", textwrap.dedent(CHILD)]
    children = {}
    try:
        for number in (1, 2):
            child = children[str(number)] = subprocess.Popen(
                [*command, str(number)],
                env=environment,
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
            )
            assert child.stdout is not None
            assert child.stdout.readline() == b"\n"
        pids = {name: child.pid for name, child in children.items()}
        page = exposition_of_processes(tmp_path, lambda: pids)[0].decode()
        for line in (
            'moderator_dead_letters_total{reason="json",stage="decode"} 3.0',
            "moderator_end_to_end_seconds_count 2.0",
            'moderator_cache_up{cache="redis"} 0.0',
            'moderator_consumer_lag_messages{partition="0"} 0.0',
            'moderator_consumer_lag_messages{partition="1"} 4.0',
            'moderator_build_info{component="package",name="moderator",version="1"} 1.0',
            'process_resident_memory_bytes{process="2"}',
        ):
            assert line in page, page
    finally:
        for child in children.values():
            child.communicate(b"", timeout=30)
    for child in children.values():
        process_ended(tmp_path, child.pid)
        page = exposition_of_processes(tmp_path, dict)[0].decode()
        assert 'moderator_dead_letters_total{reason="json",stage="decode"} 3.0' in page
        assert "moderator_end_to_end_seconds_count 2.0" in page
    assert "moderator_consumer_lag_messages" not in page
    files = sorted(file.name for file in tmp_path.iterdir())
    assert files == ["counter_ended.db", "histogram_ended.db"]


def test_on_a_full_disk_nothing_is_added_up(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for kind in ("counter", "gauge_livesum"):
        (tmp_path / f"{kind}_7.db").write_bytes(bytes(64))
    monkeypatch.setattr(exposition, "disk_usage", lambda _: SimpleNamespace(free=4_096))
    process_ended(tmp_path, 7)
    assert list(tmp_path.iterdir()) == []
