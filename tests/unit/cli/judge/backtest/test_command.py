"""`moderator backtest` over files: stored scores if they are enough, else texts are scored."""

from __future__ import annotations

import csv
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from moderator.cli.judge.backtest import command
from tests.unit.cli.conftest import Run

ROWS = "\n".join(
    json.dumps({"id": str(n), "text": text, "community": place})
    for n, (text, place) in enumerate(
        [
            ("you are an asshole", "games"),
            ("hello there", "news"),
            ("what the fuck", "games"),
            ("=HYPERLINK(1) you asshole <script>alert(1)</script>", "news"),
        ]
    )
)
CALM = 'default = "p"\n[policies.p.review]\nprofanity = 1.0\n'
STRICT = CALM.replace("1.0", "0.3")
LINKS = CALM + (
    '[[policies.p.rules]]\nname = "greeting"\naction = "block"\nwhen = {length = {below = 12}}\n'
)
Backtest = Callable[..., list[dict[str, Any]]]


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    for name, text in {
        "c.jsonl": ROWS, "calm.toml": CALM, "strict.toml": STRICT, "rule.toml": LINKS,
        "m.toml": 'policy = "calm.toml"\n',
    }.items():  # fmt: skip
        Path(name).write_text(text)
    return tmp_path


@pytest.fixture
def verdicts(run: Run, folder: Path) -> str:
    """Of the comments, by a policy that holds nothing; they carry no texts."""
    assert run("replay", "c.jsonl", "-c", "m.toml", "-o", "v.jsonl").exit_code == 0
    return "v.jsonl"


@pytest.fixture
def backtest(run: Run, folder: Path) -> Backtest:
    def call(*arguments: str, code: int = 0) -> list[dict[str, Any]]:
        result = run("backtest", *arguments, "-c", "m.toml")
        assert result.exit_code == code, result.output
        return [json.loads(line) for line in result.stdout.splitlines()]

    return call


def test_stored_scores_are_enough_for_thresholds(backtest: Backtest, verdicts: str) -> None:
    totals, *rest = backtest("strict.toml", verdicts)
    assert (totals["compared"], totals["changed"], totals["scored"]) == (4, 3, 0)
    assert totals["actions"] == {"allow→allow": 1, "allow→review": 3}
    value, low, high = totals["changed_share"]
    assert low < value == 0.75 < high
    communities = {one["community"]: one for one in rest if one["kind"] == "community"}
    assert [one["changed"] for one in communities.values()] == [2, 1]
    (rule,) = [one for one in rest if one["kind"] == "rule"]
    assert (rule["rule"], rule["before"], rule["gained"]) == ("review.profanity", 0, 3)
    assert len([one for one in rest if one["kind"] == "change"]) == 3


def test_a_folder_that_is_not_there_is_known_before_anything_is_judged(
    run: Run, verdicts: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delattr(command, "_run")
    result = run("backtest", "strict.toml", verdicts, "-c", "m.toml", "--html", "nowhere/r.html")
    assert (result.exit_code, result.stderr) == (2, "error: --html: there is no folder nowhere\n")


def test_it_says_to_the_digit_what_replay_then_gives(
    run: Run, backtest: Backtest, verdicts: str
) -> None:
    totals, *_ = backtest("strict.toml", verdicts)
    Path("m.toml").write_text('policy = "strict.toml"\n')
    replayed = [
        json.loads(line) for line in run("replay", "c.jsonl", "-c", "m.toml").stdout.splitlines()
    ]
    held = sum(one["action"] != "allow" for one in replayed)
    assert totals["held_after"][0] == held / len(replayed)


def test_comments_are_scored_and_judged_by_both(backtest: Backtest, folder: Path) -> None:
    totals, *_ = backtest("strict.toml", "c.jsonl", "--exit-code", code=1)
    assert (totals["compared"], totals["changed"], totals["scored"]) == (4, 3, 4)
    totals, *_ = backtest("strict.toml", "c.jsonl", "--against", "strict.toml", "--exit-code")
    assert totals["changed"] == 0
    assert {one["name"] for one in totals["before"]} == {"p"}


def test_rules_over_texts_need_them(run: Run, backtest: Backtest, verdicts: str) -> None:
    result = run("backtest", "rule.toml", verdicts, "-c", "m.toml")
    assert result.exit_code == 1
    assert "rules look at the text, its author or context" in result.stderr
    assert "(4)" in result.stderr
    totals, *_ = backtest("rule.toml", "c.jsonl")
    assert totals["actions"] == {"allow→allow": 3, "allow→block": 1}
    mixed = Path("mixed.jsonl")
    mixed.write_text(Path(verdicts).read_text() + ROWS)
    totals, *_ = backtest("rule.toml", "mixed.jsonl")
    assert totals["compared"] == 4
    assert list(totals["undecided"].values()) == [4]


def test_settings_with_another_lexicon_are_a_side(backtest: Backtest, verdicts: str) -> None:
    Path("terms.toml").write_text(
        'language = "en"\n[[terms]]\ncategory = "coarse"\nseverity = 4\nentries = ["hello"]\n'
    )
    Path("new.toml").write_text(
        'policy = "strict.toml"\n[scorers]\nlexicons = ["terms.toml"]\nshipped_lexicons = false\n'
    )
    totals, *rest = backtest("new.toml", "c.jsonl")
    assert totals["actions"] == {"allow→allow": 3, "allow→review": 1}
    assert [one["change"]["text"] for one in rest if one["kind"] == "change"] == ["hello there"]


def test_every_change_is_a_row_and_no_formula(backtest: Backtest, folder: Path) -> None:
    backtest("strict.toml", "c.jsonl", "--csv", "changes.csv", "--sample", "0")
    rows = list(csv.DictReader(Path("changes.csv").read_text("utf-8").splitlines()))
    assert [row["id"] for row in rows] == ["0", "2", "3"]
    assert rows[0]["scores_after"].startswith("profanity=0.")
    assert rows[2]["text"].startswith("'=HYPERLINK(1)")


def test_without_texts_no_output_has_any(run: Run, folder: Path) -> None:
    result = run(
        "backtest", "strict.toml", "c.jsonl", "-c", "m.toml", "--no-text",
        "--csv", "c.csv", "--html", "r.html",
    )  # fmt: skip
    for text in (result.stdout, Path("c.csv").read_text(), Path("r.html").read_text()):
        assert "asshole" not in text
    assert "text" not in Path("c.csv").read_text().splitlines()[0]


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        ((), "name either files, or a time range"),
        (("c.jsonl", "--since", "1h"), "name either files, or a time range"),
        (("--since", "yesterday"), "'yesterday' is not a time"),
        (("--since", "1h", "--until", "2h"), "--until 2h is not after --since 1h"),
        (("none.jsonl",), "no such file"),
        (("c.jsonl", "--against", "none.toml"), "none.toml: cannot be read"),
    ],
)
def test_wrong_use_ends_with_2(
    run: Run, folder: Path, arguments: tuple[str, ...], said: str
) -> None:
    result = run("backtest", "strict.toml", *arguments, "-c", "m.toml")
    assert result.exit_code == 2
    assert said in " ".join(result.stderr.split())
