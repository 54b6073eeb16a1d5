"""`moderator policy test` runs cases against a policy and says readably what failed."""
# ruff: noqa: E501 (a case a line reads best)

import json
from pathlib import Path
from xml.etree import ElementTree

import pytest

from moderator.cli.configure.policy import cases as cases_module
from tests.unit.cli.conftest import Run

POLICY = """
default = "standard"
[policies.standard]
review = {insult = 0.5, profanity = 0.5}
rules = [{name = "newcomer-links", action = "block", when = {links = {at_least = 1}, account_age_days = {below = 7}}}]
[policies.off]
[communities.games.lexicon]
add = ["noob"]
"""
CASES = """
[[cases]]
text = "http://a.example"
context = {account_age_days = 2}
action = "block"
rule = "newcomer-links"
scores = {insult = 0.9}

[[cases]]
text = "you"
action = "review"
label = "insult"
scores = {insult = 0.5}

[[cases]]
text = "you"
action = "allow"
policy = "off"
scores = {insult = 0.5}

[[cases]]
name = "a word of that community"
text = "what a noob"
community = "games"
action = "review"
rule = "review.profanity"

[[cases]]
text = "what a noob"
action = "allow"
"""  # fmt: skip


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("MODERATOR_SCORERS__USE", '["lexicon"]')
    (tmp_path / "policy.toml").write_text(POLICY)
    (tmp_path / "some.cases.toml").write_text(CASES)
    return tmp_path


def test_all_pass(run: Run, folder: Path) -> None:
    result = run("policy", "test", "--policy", str(folder / "policy.toml"))
    assert result.exit_code == 0, result.output
    rows = [json.loads(line) for line in result.stdout.splitlines()]
    assert [(row["action"], row["faults"]) for row in rows] == [
        ("block", []), ("review", []), ("allow", []), ("review", []), ("allow", []),
    ]  # fmt: skip
    assert "5 passed, 0 failed" in result.stderr


def test_a_failure_is_readable(run: Run, folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    case = '[[cases]]\nname = "mild"\ntext = "you"\ncontext = {account_age_days = 2}\naction = "allow"\nrule = "spam"\nscores = {insult = 0.7}\n'
    (folder / "more.cases.toml").write_text(case)
    monkeypatch.setattr(cases_module, "is_terminal", lambda: True)
    report = folder / "report.xml"
    result = run(
        "policy", "test", str(folder / "more.cases.toml"),
        "--policy", str(folder / "policy.toml"), "--junit", str(report),
    )  # fmt: skip
    assert result.exit_code == 1
    for part in (
        "FAILED mild", "expected allow, got review", "expected rule spam, got review.insult",
        "text    you", "reasons review.insult 0.70 ≥ 0.50", "scores  insult 0.70",
        "nearly  block.newcomer-links: { links = { at_least = 1 } }", "0 passed, 1 failed",
    ):  # fmt: skip
        assert part in result.stdout
    root = ElementTree.fromstring(report.read_bytes())
    assert (root.get("tests"), root.get("failures")) == ("1", "1")
    failure = root.find("./testsuite/testcase/failure")
    assert failure is not None
    assert (
        failure.get("message")
        == "expected allow, got review; expected rule spam, got review.insult"
    )


@pytest.mark.parametrize(
    ("case", "said"),
    [
        ('[[cases]]\ntext = "x"', "case 1: `action` is missing"),
        ('[[cases]]\ntext = "x"\naction = "alow"', "case 1.action: 'alow': choose one of allow, review, block"),
        ('[[cases]]\ntext = "x"\naction = "allow"\nrul = "x"', "unknown key `rul` (did you mean `rule`?)"),
        ('[[cases]]\ntext = "x"\naction = "allow"\npolicy = "q"', "case 1: no policy is named 'q' (known: off, standard)"),
        ('[[cases]]\ntext = "x"\naction = "allow"\ncontext = {account_age = 3}', "case 1.context: unknown key `account_age` (did you mean `account_age_days`?)"),
        ('[[cases]]\ntext = "x"\naction = "allow"\nscores = {insutl = 0.3}', "case 1.scores.insutl: unknown label (known: toxicity"),
        ('[[cases]]\ntext = "x"\naction = "allow"\nscores = {insult = 40}', "case 1.scores.insult: 40.0 must be in [0, 1]"),
        ("cases = []", "bad.cases.toml: holds no case: add a table [[cases]]"),
        ("cases = 3", "bad.cases.toml: cases: must be a list, not a whole number"),
    ],
)  # fmt: skip
def test_a_file_that_holds_no_cases_is_refused(
    run: Run, folder: Path, case: str, said: str
) -> None:
    (folder / "bad.cases.toml").write_text(case)
    policy = str(folder / "policy.toml")
    result = run("policy", "test", str(folder / "bad.cases.toml"), "--policy", policy)
    assert result.exit_code == 2
    assert said in result.stderr


def test_a_folder_without_cases_is_refused(run: Run, folder: Path) -> None:
    (folder / "some.cases.toml").unlink()
    result = run("policy", "test", "--policy", str(folder / "policy.toml"))
    assert result.exit_code == 2
    assert "holds no *.cases.toml" in result.stderr
