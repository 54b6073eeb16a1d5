"""A policy's day on a real Kafka: changed under load, a bad one refused, rolled back, explained,
and the next one tried on what was judged."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from itertools import count, islice
from pathlib import Path
from typing import Any

import pytest
from confluent_kafka import Producer
from typer.testing import CliRunner

from moderator.cli.main import app
from moderator.policy import Policies
from tests.integration.admin.conftest import records_of
from tests.integration.conftest import Stage
from tests.servers import RedisServer
from tests.waiting import eventually, meanwhile

LENIENT = 'default = "p"\n[policies.p.review]\nprofanity = 0.99\n'
STRICT = LENIENT.replace("0.99", "0.05")
TERMS = 'language = "en"\n[[terms]]\ncategory = "coarse"\nseverity = 2\nentries = ["damn"]\n'


def version(folder: Path, policy: str) -> str:
    """The version of the policy as verdicts name it."""
    path = folder / "some.toml"
    path.write_text(policy)
    return Policies.load(path).version_of("p")


def text(number: int) -> str:
    """One of a hundred texts, two of three with a word that the lexicon knows."""
    return f"{'damn' if number % 3 else 'well'}, number {number % 50}"


@contextmanager
def load(stage: Stage, prefix: str = "c") -> Iterator[None]:
    """Comments with ids of this prefix and a number, until the context closes."""
    numbers = count(1)

    def produce() -> None:
        records = []
        for number in islice(numbers, 10):
            comment = {"id": f"{prefix}{number}", "text": text(number)}
            records.append((f"{prefix}{number}", json.dumps(comment).encode()))
        stage.ledger.produce(records)

    try:
        with meanwhile(produce, 0.02):
            yield
    finally:
        stage.ledger.flush()


def verdicts(stage: Stage) -> list[dict[str, Any]]:
    """All verdicts so far."""
    records = records_of(stage.bootstrap, stage.variables["TOPICS__VERDICTS"])
    return [json.loads(record.value() or b"") for record in records]


def last_versions(stage: Stage) -> set[str]:
    """The policies' versions of the last verdicts."""
    newest = sorted(verdicts(stage), key=lambda one: one["scored_at"])[-20:]
    return {one["policy"]["version"] for one in newest}


@pytest.mark.timeout(400)
def test_a_policy_changes_under_load(
    stage: Stage, tmp_path: Path, redis_server: RedisServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "terms.toml").write_text(TERMS)
    policy = tmp_path / "policy.toml"
    policy.write_text(LENIENT)
    topic = f"{stage.comments}.policies"
    settings = {
        **stage.variables,
        "POLICY": str(policy), "POLICIES__SOURCE": "topic", "POLICIES__TOPIC": topic,
        "SCORERS__USE": '["lexicon"]', "SCORERS__SHIPPED_LEXICONS": "false",
        "SCORERS__LEXICONS": json.dumps([str(tmp_path / "terms.toml")]),
        "CACHE__BACKEND": "redis", "CACHE__URL": redis_server.url,
    }  # fmt: skip
    for key, value in settings.items():
        monkeypatch.setenv(f"MODERATOR_{key}", value)

    def run(*arguments: str) -> Any:
        return CliRunner().invoke(app, list(arguments))

    lenient, strict = version(tmp_path, LENIENT), version(tmp_path, STRICT)
    pushed = run("policy", "push", "-m", "the first")
    assert pushed.exit_code == 0, pushed.output
    workers = [stage.start(), stage.start()]
    for worker in workers:
        worker.ready()

    def refused() -> list[float]:
        return [worker.metric("moderator_policy_refused") for worker in workers]

    with load(stage):
        assert eventually(lambda: last_versions(stage), {lenient}) == {lenient}
        (tmp_path / "strict.toml").write_text(STRICT)
        assert run("policy", "push", str(tmp_path / "strict.toml")).exit_code == 0
        assert eventually(lambda: last_versions(stage), {strict}) == {strict}

        old = json.loads(run("explain", "--id", "c1").stdout)
        assert old["stored"]
        assert old["verdict"]["policy"]["version"] == lenient
        assert old["policy"]["review"] == {"profanity": 0.99}
        assert old["policy_in_force"]["version"] == strict
        assert f"version {lenient}" in old["statement"]

        (tmp_path / "bad.toml").write_text(STRICT.replace("profanity", "rudeness"))
        bad = run("policy", "push", str(tmp_path / "bad.toml"))
        assert bad.exit_code == 2
        assert "policies.p.review.rudeness: unknown label" in bad.stderr
        _put(stage, topic, b"rubbish")
        assert eventually(refused, [1.0, 1.0]) == [1.0, 1.0]
        assert last_versions(stage) == {strict}

        assert run("policy", "rollback").exit_code == 0
        assert eventually(refused, [0.0, 0.0]) == [0.0, 0.0]
        assert eventually(lambda: last_versions(stage), {lenient}) == {lenient}
    stage.ledger.settle()
    judged = verdicts(stage)
    assert {one["id"] for one in judged} == stage.ledger.produced
    by_version: dict[str, Counter[str]] = {lenient: Counter(), strict: Counter()}
    for one in judged:
        by_version[one["policy"]["version"]][one["action"]] += 1
    assert set(by_version[lenient]) == {"allow"}
    assert set(by_version[strict]) == {"allow", "review"}

    until = datetime.now(UTC).isoformat()
    tried = run("backtest", str(tmp_path / "strict.toml"), "--since", "1h", "--until", until)
    assert tried.exit_code == 0, tried.output
    totals = json.loads(tried.stdout.splitlines()[0])
    assert run("policy", "push", str(tmp_path / "strict.toml")).exit_code == 0

    def by_then() -> dict[str, str]:
        """What becomes of each text under the policy that was tried."""
        return {
            text(int(one["id"].removeprefix("again"))): one["action"]
            for one in verdicts(stage)
            if one["id"].startswith("again") and one["policy"]["version"] == strict
        }

    with load(stage, "again"):
        assert eventually(lambda: len(by_then()), 100) == 100
    stage.ledger.settle()
    then = by_then()
    happened = Counter(
        f"{one['action']}→{then[text(int(one['id'].removeprefix('c')))]}" for one in judged
    )
    assert totals["actions"] == happened
    assert totals["compared"] == len(judged)
    assert totals["held_after"][0] == sum(
        number for pair, number in happened.items() if pair.endswith("review")
    ) / len(judged)
    assert run("policy", "rollback").exit_code == 0

    rows = [json.loads(line) for line in run("policy", "log").stdout.splitlines()]
    assert [row["policies"]["p"] for row in rows] == [lenient, strict, lenient, strict, lenient]
    assert [row["in_force"] for row in rows] == [False, False, False, False, True]
    assert rows[0]["note"] == "the first"
    assert run("policy", "show", strict).stdout == STRICT
    assert [worker.terminate() for worker in workers] == [0, 0]


def _put(stage: Stage, topic: str, value: bytes) -> None:
    producer = Producer({"bootstrap.servers": stage.bootstrap})
    producer.produce(topic, value, "rubbish")
    assert producer.flush(30) == 0
