"""`moderator feedback`: decisions are kept with what they need, and shown without texts."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import datetime, timedelta

import pytest
from confluent_kafka import Producer
from msgspec.structs import replace
from typer.testing import CliRunner, Result

from moderator.cli.main import app
from moderator.feedback.history import history
from moderator.feedback.person import person_hash
from moderator.kafka.mock_broker import EmbeddedBroker
from moderator.records import Action, to_json
from moderator.settings import Settings
from tests.contract.test_cache import verdict

TEXT = "words of a user"


@pytest.fixture
def broker(monkeypatch: pytest.MonkeyPatch) -> Iterator[str]:
    with EmbeddedBroker() as broker:
        monkeypatch.setenv("MODERATOR_KAFKA__BOOTSTRAP_SERVERS", broker.address)
        monkeypatch.setenv("MODERATOR_FEEDBACK__TO", "topic")
        monkeypatch.setenv("MODERATOR_CACHE__SECRET", "s")
        yield broker.address


def run(*arguments: str, given: str | None = None) -> Result:
    return CliRunner().invoke(app, ["feedback", *arguments], input=given)


def test_a_decision_is_kept_and_shown_without_its_text(broker: str) -> None:
    added = run("add", "c-1", "block", "--text", TEXT, "--community", "games", "--by", "ann",
                "--note", "spam", "--days", "7")  # fmt: skip
    assert added.exit_code == 0, added.output
    (kept,) = history(Settings.load())
    assert (kept.id, kept.text, kept.community) == ("c-1", TEXT, "games")
    assert (kept.action, kept.note, kept.source) == (Action.BLOCK, "spam", "cli")
    assert kept.by == person_hash("ann", "s") != person_hash("ann", "other")
    assert kept.expires_at is not None
    holds = datetime.fromisoformat(kept.expires_at) - datetime.fromisoformat(kept.at)
    assert abs(holds - timedelta(days=7)) < timedelta(seconds=2)
    for shown in (added.stdout, run("ls").stdout):
        assert json.loads(shown)["action"] == "block"
        assert TEXT not in shown
        assert "ann" not in shown
    assert json.loads(run("ls", "--show-text").stdout)["text"] == TEXT


def test_once_holds_for_nothing_else_and_undo_takes_back(broker: str) -> None:
    assert run("add", "c-1", "allow", "--text", "-", "--once", given=f"{TEXT}\n").exit_code == 0
    assert run("add", "c-1", "--undo", "--text", TEXT).exit_code == 0
    once, undone = history(Settings.load())
    assert (once.text, once.expires_at) == (TEXT, None)
    assert (undone.undone, undone.action) == (True, None)


def test_the_text_is_taken_from_the_verdict(broker: str) -> None:
    producer = Producer({"bootstrap.servers": broker})
    old, new = ({"id": "c-1", "text": text} for text in ("old", TEXT))
    for comment_id, carried in (("c-1", old), ("c-1", new), ("c-2", None)):
        made = replace(verdict(comment_id), community="news")
        made = replace(made, comment=carried) if carried else made
        producer.produce("verdicts", to_json(made), key=comment_id, partition=0)
    assert producer.flush(20) == 0
    assert run("add", "c-1", "allow").exit_code == 0
    (kept,) = history(Settings.load())
    assert (kept.text, kept.community) == (TEXT, "news")
    for unknown, why in (("c-2", "carry_comment"), ("c-3", "no verdict")):
        refused = run("add", unknown, "allow")
        assert refused.exit_code == 2
        assert why in refused.stderr


@pytest.mark.parametrize("arguments", [["c-1"], ["c-1", "allow", "--undo"]])
def test_one_of_action_and_undo(broker: str, arguments: list[str]) -> None:
    assert run("add", *arguments, "--text", TEXT).exit_code == 2


@pytest.mark.parametrize("days", ["1e12", "3000000", "nan"])
def test_a_time_beyond_the_calendar_is_refused(broker: str, days: str) -> None:
    refused = run("add", "c-1", "allow", "--text", TEXT, "--days", days)
    assert refused.exit_code == 2
    assert "--days" in refused.stderr


def test_nobody_would_follow_it(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("MODERATOR_FEEDBACK__TO", "file")
    refused = run("add", "c-1", "allow", "--text", TEXT)
    assert refused.exit_code == 2
    assert "feedback.to" in refused.stderr
