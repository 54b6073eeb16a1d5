"""`moderator explain` shows what led to a verdict, for people and for machines."""
# ruff: noqa: E501 (a case a line reads best)

import json
import re
from pathlib import Path
from typing import Any

import msgspec
import pytest

from moderator.cli.judge import explain as explain_module
from moderator.kafka import tap
from moderator.policy.authors import author_hash
from moderator.records import Action, Component, Verdict, to_json, verdict_from_json
from moderator.settings import Settings
from tests.unit.cli.conftest import Run

POLICY = """
default = "p"
[policies.p]
review = {profanity = 0.5}
rules = [
  {name = "links", action = "block", when = {links = {at_least = 1}}},
  {name = "shouting", action = "review", when = {length = {at_least = 3}, mentions = {at_least = 1}}},
]
"""
TEXT = "http://a.example what the fuck"


@pytest.fixture(autouse=True)
def policy(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "policy.toml"
    path.write_text(POLICY)
    monkeypatch.setenv("MODERATOR_POLICY", str(path))


def test_a_text_is_judged_and_explained(run: Run) -> None:
    result = run("explain", TEXT)
    assert result.exit_code == 0, result.output
    found = json.loads(result.stdout)
    assert (found["stored"], found["verdict"]["action"]) == (False, "block")
    assert found["fired"] == ["block.links"]
    assert found["nearly"] == [
        {"rule": "review.shouting", "missing": "{ mentions = { at_least = 1 } }"}
    ]
    assert (found["weighed"], found["words"][0]["word"]) == ("profanity", "fuck")
    assert found["explanation"]["spans"][0]["text"] == "fuck"
    assert 'the rule "links"' in found["statement"]
    assert found["policy_in_force"] == found["verdict"]["policy"]


def test_a_terminal_gets_tables(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(explain_module, "is_terminal", lambda: True)
    shown = run("explain", TEXT).stdout
    for part in (
        "block",
        "nearly",
        "words that weigh most in profanity: fuck",
        "statement of reasons",
    ):
        assert part in shown
    last, bottom = shown.splitlines()[-2:]
    assert last.strip("│ ")  # the box ends with the statement
    assert bottom.startswith("╰")


def test_the_statement_alone(run: Run) -> None:
    written = run("explain", TEXT, "--statement").stdout
    assert re.match(r"Your comment of [0-9-]+ in our comments was not published\.", written)


def test_the_statement_has_the_words_of_a_list(run: Run, tmp_path: Path) -> None:
    made = POLICY.replace("rules = [", 'lists = {fun = "block"}\nrules = [')
    made += '[lists.fun]\nkind = "exact"\nentries = ["ha"]\ndescription = "No laughing here."\n'
    (tmp_path / "policy.toml").write_text(made)
    assert "No laughing here." in run("explain", "ha", "--text", "--statement").stdout


def test_an_id_without_a_verdict_is_refused(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(tap, "find", lambda *_: None)
    result = run("explain", "--id", "a")
    assert result.exit_code == 2
    assert "no verdict is kept for the id 'a'" in result.stderr


def test_an_id_is_looked_up_in_the_topic_too(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    stored = verdict(run, comment={"text": TEXT})
    asked: list[tuple[str, int | None]] = []

    def find(_: Settings, comment_id: str, since_ms: int | None) -> Verdict:
        asked.append((comment_id, since_ms))
        return stored

    monkeypatch.setattr(tap, "find", find)
    explained = json.loads(run("explain", "--id", "c-1").stdout)
    assert (explained["stored"], explained["fired"]) == (True, ["block.links"])
    run("explain", "c-1", "--since", "2026-11-22T13:00Z")
    assert asked == [("c-1", None), ("c-1", 1795352400000)]


def verdict(run: Run, **keys: Any) -> Verdict:
    judged = json.loads(run("explain", TEXT).stdout)["verdict"]
    return verdict_from_json(json.dumps({**judged, "id": "c-1", **keys}).encode())


def test_a_verdict_of_a_file_is_explained_by_its_own_policy(run: Run, tmp_path: Path) -> None:
    file = tmp_path / "verdicts.jsonl"
    context = {"account_age_days": 2}
    stored = verdict(run, comment={"text": TEXT + " @a", "author": "u-1", "context": context})
    other = msgspec.structs.replace(stored, id="c-2", action=Action.ALLOW)
    file.write_bytes(to_json(stored) + b"\n" + to_json(other) + b"\n")
    result = run("explain", "c-1", "--from", str(file))
    assert result.exit_code == 0, result.output
    assert "what the fuck" not in result.stdout
    explained = json.loads(result.stdout)
    assert explained["fired"] == ["block.links", "review.shouting"]
    assert explained["verdict"]["comment"] == {"context": context}

    shown = json.loads(run("explain", "c-1", "--from", str(file), "--show-text").stdout)
    assert shown["text"] == TEXT + " @a"
    assert shown["explanation"]["spans"][0]["text"] == "fuck"
    assert (shown["weighed"], shown["words"][0]["word"]) == ("profanity", "fuck")

    file.write_bytes(to_json(msgspec.structs.replace(stored, scorer=Component("x", "1"))))
    assert "words" not in json.loads(
        run("explain", "c-1", "--from", str(file), "--show-text").stdout
    )
    missing = run("explain", "c-3", "--from", str(file))
    assert (missing.exit_code, "holds no verdict on 'c-3'" in missing.stderr) == (2, True)


def test_a_text_may_come_with_its_author_and_context(run: Run, tmp_path: Path) -> None:
    author = author_hash("u-77", "")
    when = '{account_age_days = {below = 7}, prior_holds = {at_least = 2}, author_role = "member"}'
    rule = f'{{name = "new", action = "review", when = {when}}},'
    made = POLICY.replace("rules = [", f"exempt = {{authors = ['{author}']}}\nrules = [{rule}")
    (tmp_path / "policy.toml").write_text(made)
    about = ("--account-age-days", "3", "--prior-holds", "2", "--author-role")
    assert json.loads(run("explain", "a b", *about, "member").stdout)["fired"] == ["review.new"]
    explained = json.loads(run("explain", "a b", *about, "staff").stdout)
    assert explained["nearly"][0] == {
        "rule": "review.new", "missing": '{ author_role = "member" }'
    }  # fmt: skip
    exempt = json.loads(run("explain", TEXT, "--author", "u-77").stdout)
    assert exempt["verdict"]["reasons"][0]["rule"] == "allow.exempt"


def test_a_stored_verdict_of_a_community_with_own_words_is_still_in_force(
    run: Run, tmp_path: Path
) -> None:
    (tmp_path / "policy.toml").write_text(POLICY + "[communities.games.lexicon]\nadd = ['noob']\n")
    judged = json.loads(run("explain", TEXT, "--community", "games").stdout)["verdict"]
    file = tmp_path / "verdicts.jsonl"
    file.write_text(json.dumps({**judged, "id": "c-1"}))
    explained = json.loads(run("explain", "c-1", "--from", str(file)).stdout)
    assert explained["policy_in_force"] == judged["policy"]


def test_an_id_without_a_verdict_is_judged_as_a_text_and_that_is_said(run: Run) -> None:
    result = run("explain", "c-1")
    assert json.loads(result.stdout)["text"] == "c-1"
    assert "no verdict is kept for the id 'c-1': judged as a text" in result.stderr
    for given in (("explain", "--text", "c-1"), ("explain", "two words")):
        assert run(*given).stderr == ""
