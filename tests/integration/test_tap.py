"""`moderator tap` on the embedded broker: filters, hidden text, nothing taken from others."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from confluent_kafka import Producer
from msgspec.structs import replace

from moderator.cli.operate.tap import line, without_text
from moderator.http.ports import free_port
from moderator.kafka.mock_broker import EmbeddedBroker
from moderator.records import Action, Verdict, to_json
from tests.contract.test_cache import verdict

SECRET = "words of a user"


def made(comment_id: str, action: Action, threat: float, community: str) -> Verdict:
    carried = {"id": comment_id, "text": SECRET, "author": "ann", "community": community}
    made = replace(verdict(comment_id, action), scores={"threat": threat}, comment=carried)
    return replace(made, community=community)


VERDICTS = [
    made("a", Action.ALLOW, 0.1, "games"),
    made("b", Action.BLOCK, 0.9, "games"),
    made("c", Action.BLOCK, 0.2, "news"),
    made("d", Action.REVIEW, 0.9, "news"),
]


@pytest.fixture(scope="module")
def broker() -> Iterator[str]:
    with EmbeddedBroker() as broker:
        producer = Producer({"bootstrap.servers": broker.address})
        producer.produce("verdicts", b"no verdict", partition=0)
        for one in VERDICTS:
            producer.produce("verdicts", to_json(one), partition=0)
        assert producer.flush(30) == 0
        yield broker.address


def tap(broker: str, *arguments: str) -> subprocess.CompletedProcess[str]:
    return moderator(broker, "tap", "--last", "9", *arguments)


def moderator(broker: str, *arguments: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "moderator", *arguments],
        env={"MODERATOR_KAFKA__BOOTSTRAP_SERVERS": broker, "PATH": ""},
        capture_output=True, text=True, timeout=90, check=False,
    )  # fmt: skip


@pytest.mark.parametrize(
    ("arguments", "ids"),
    [
        ([], "abcd"),
        (["--action", "block"], "bc"),
        (["--action", "block", "--action", "review"], "bcd"),
        (["--label", "threat>0.8"], "bd"),
        (["--label", "threat > 0.1", "--label", "threat<=0.2"], "c"),
        (["--community", "news", "--action", "block"], "c"),
        (["--id", "d", "--id", "a"], "ad"),
    ],
)
def test_shows_what_was_asked_for_and_no_text(broker: str, arguments: list[str], ids: str) -> None:
    run = tap(broker, "--count", str(len(ids)), *arguments)
    assert run.returncode == 0, run.stderr
    assert [json.loads(found)["id"] for found in run.stdout.splitlines()] == list(ids)
    assert "is not a verdict" in run.stderr
    assert SECRET not in run.stdout + run.stderr
    assert "ann" not in run.stdout


@pytest.mark.parametrize(
    ("arguments", "ids"), [([], "abcd"), (["--since", "1h"], "abcd"), (["--last", "2"], "cd")]
)
def test_ends_where_the_topic_ends(broker: str, arguments: list[str], ids: str) -> None:
    run = moderator(broker, "tap", "--until-end", *arguments)
    assert run.returncode == 0, run.stderr
    assert [json.loads(found)["id"] for found in run.stdout.splitlines()] == list(ids)


def test_nothing_is_newer_than_now(broker: str) -> None:
    run = moderator(broker, "tap", "--until-end", "--since", "2999-01-01")
    assert (run.returncode, run.stdout) == (0, "")


def test_a_verdict_is_looked_up_in_the_topic(broker: str) -> None:
    run = moderator(broker, "verdict", "c")
    assert json.loads(run.stdout)["id"] == "c"
    assert SECRET not in run.stdout
    assert SECRET in moderator(broker, "verdict", "c", "--show-text").stdout
    lost = moderator(broker, "verdict", "zz")
    assert lost.returncode == 1
    assert "no verdict on 'zz' in the topic verdicts" in lost.stderr


def test_text_is_shown_when_asked_for(broker: str) -> None:
    run = tap(broker, "--count", "1", "--show-text")
    assert json.loads(run.stdout)["comment"]["text"] == SECRET


@pytest.mark.parametrize("label", ["threat", "threat>high", "thread>0.5", "threat>0..5"])
def test_an_impossible_filter_is_refused(label: str) -> None:
    run = tap("localhost:1", "--label", label)
    assert run.returncode == 2
    assert "Traceback" not in run.stderr


def test_a_missing_broker_is_reported_with_the_setting() -> None:
    run = tap(f"127.0.0.1:{free_port()}")
    assert run.returncode == 5
    assert "no broker answers" in run.stderr
    assert "kafka.bootstrap_servers" in run.stderr


def test_a_hostile_id_cannot_steer_the_terminal() -> None:
    shown = line(without_text(verdict("\x1b[2J\x07id"))).plain
    assert "\x1b" not in shown
    assert "id" in shown
    assert "review.profanity 1.00 ≥ 0.60" in shown


def test_a_range_of_the_topic_is_tried_with_another_policy(broker: str, tmp_path: Path) -> None:
    policy = tmp_path / "policy.toml"
    policy.write_text('default = "p"\n[policies.p.review]\nthreat = 0.5\n')
    done = moderator(broker, "backtest", str(policy), "--since", "1h")
    assert done.returncode == 0, done.stderr
    totals, *rows = map(json.loads, done.stdout.splitlines())
    pairs = {"allow→allow": 1, "block→review": 1, "block→allow": 1, "review→review": 1}
    assert totals["actions"] == pairs
    assert (totals["bad_rows"], totals["scored"]) == (1, 0)
    changes = [row["change"] for row in rows if row["kind"] == "change"]
    assert [(one["id"], one["text"]) for one in changes] == [("c", SECRET), ("b", SECRET)]
    before = moderator(broker, "backtest", str(policy), "--until", "2020-01-01T00:00Z")
    assert before.returncode == 1
    assert "nothing was compared" in before.stderr
