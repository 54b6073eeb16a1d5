"""What commands print fits terminals of 80 and 120 columns: no name, path or rule is cut.

`GOLDEN=write pytest tests/unit/cli/test_widths.py` writes the kept outputs anew.
"""

from __future__ import annotations

import io
import os
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from msgspec.structs import replace
from rich.console import Console, RenderableType
from typer import rich_utils
from typer.main import get_command
from typer.testing import CliRunner

from moderator import checks
from moderator.backtest.findings import Findings, OfCommunity, OfRule, Totals
from moderator.cli import main
from moderator.cli.configure import feedback, lexicon
from moderator.cli.configure.policy import log
from moderator.cli.judge.backtest.tables import tables as backtest_tables
from moderator.cli.main import app
from moderator.cli.operate import dlq, doctor, topics
from moderator.cli.operate import verdict as verdict_command
from moderator.cli.render.changes import changes_table, matrix_table
from moderator.cli.render.tables import columns
from moderator.cli.render.verdicts import Shown, report_table, shown_table
from moderator.evaluation.wilson import wilson
from moderator.feedback.record import Feedback
from moderator.kafka.policy_topic import Pushed
from moderator.kafka.topics import CreateResult
from moderator.lexicon import Term
from moderator.policy.rejudging import Undecided
from moderator.records import Action, Match, Reason
from moderator.replay.diff import compare
from moderator.replay.report import Report
from tests.contract.test_cache import verdict

GOLDEN = Path(__file__).parent / "golden"
WIDTHS = (80, 120)


def commands(command: Any, path: tuple[str, ...] = ()) -> Iterator[tuple[tuple[str, ...], Any]]:
    yield path, command
    for name, inner in getattr(command, "commands", {}).items():
        yield from commands(inner, (*path, name))


ALL = list(commands(get_command(app)))


@pytest.mark.parametrize("columns", WIDTHS)
@pytest.mark.parametrize(("path", "command"), ALL, ids=[" ".join(path) for path, _ in ALL])
def test_no_option_is_cut_in_a_help(
    path: tuple[str, ...], command: Any, columns: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(rich_utils, "MAX_WIDTH", columns)
    shown = CliRunner().invoke(app, [*path, "--help"]).output
    assert max(map(len, shown.splitlines())) <= columns
    options = [
        name
        for parameter in command.params
        for name in (*parameter.opts, *parameter.secondary_opts)
        if name.startswith("--") and not getattr(parameter, "hidden", False)
    ]
    assert [name for name in options if name not in shown] == []
    assert "…" not in shown


@pytest.mark.parametrize(("path", "command"), ALL, ids=[" ".join(path) for path, _ in ALL])
def test_the_paragraphs_of_a_help_fill_their_lines(
    path: tuple[str, ...], command: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(rich_utils, "MAX_WIDTH", 120)
    shown = CliRunner().invoke(app, [*path, "--help"], color=False).output
    assert not re.search(r"[^\n]\n[^\n]", command.help or "")  # in the list of commands too
    lines = [line.strip() for line in shown.splitlines()]
    for paragraph in (command.help or "").split("\n\n"):
        text = " ".join(paragraph.split())
        if len(text) < 110 and "[" not in text:
            assert text in lines


LONG = Reason("block.identity_attack", "identity_attack", 0.9912, 0.8)
BLOCKED = replace(
    verdict("comments-2026-11.csv:1048576", Action.BLOCK),
    reasons=(LONG, Reason("block.severe_toxicity", "severe_toxicity", 0.7, 0.5)),
    scores={"toxicity": 0.99, "identity_attack": 0.9912, "severe_toxicity": 0.7},
    matches=(Match(4, 11, "wurzelgurk", "slur_orientation", 4, evasive=True),),
    latency_ms=12.345,
    community="a-community-of-some-length",
)
ALLOWED = replace(
    BLOCKED, action=Action.ALLOW, reasons=(), scores={"toxicity": 0.1}, matches=(), cached=True,
    latency_ms=0.2,
)  # fmt: skip
TEXT = "the wurzelgurk of the whole neighbourhood has written a comment that is long " * 2
TERM = Term(
    "wurzelgurk", "slur_orientation", 4, ("wurzelgurk", "wurzel gurk"), "noun", "compound", "en",
    "/etc/moderator/lexicons/of/the/team/that/looks/after/the/gardeners/forum/terms.toml:12345",
)  # fmt: skip
OUTCOME = CreateResult(
    "dead_letters", "comments.dlq", "differs", ("retention.ms 604800000, wanted 2592000000",),
    ("kafka-configs.sh --bootstrap-server kafka:9092 --alter --entity-type topics --entity-name "
     "comments.dlq --add-config retention.ms=2592000000",),
)  # fmt: skip

DECIDED = Feedback(
    at="2026-11-26T03:48:36+00:00", source="cli", text=f"the {TERM.id}", id="comments-2026.csv:7",
    action=Action.ALLOW, community="a-community-of-some-length", by="819077503de1025f0d1f4ec4",
    expires_at="2026-12-26T03:48:36+00:00", note="said among friends",
)  # fmt: skip
VERSION = "73add91f6ab5"
PUSHED = Pushed(VERSION, "2026-11-26T03:06:08.123+00:00", "root", f"back to {VERSION}", "")
LETTERS = {
    "stage": "validate", "reason": "verdict_too_large", "letters": 12_345, "redriven": 1_234,
    "oldest": "2026-11-22T13:00:01Z", "newest": "2026-11-26T03:02:36Z",
}  # fmt: skip
LANGUAGES = ("ar", "cs", "da", "de", "el", "en", "es", "fa", "fi", "fr")
CHECKED = [
    checks.ok("lexicon shipped", "3,209 entries: " + ", ".join(f"{one} 98" for one in LANGUAGES)),
    checks.warn("policy", "/etc/moderator/policy.toml: no scorer computes sexual_explicit",
                "add one to scorers.use, or remove the thresholds"),
    checks.warn("topic comments.dlq", OUTCOME.differences[0], OUTCOME.fixes[0]),
]  # fmt: skip


def report() -> Report:
    made = Report()
    made.count(BLOCKED, 12.3)
    made.seconds = 1.0
    return made


def backtested() -> list[RenderableType]:
    """The tables of a backtest with a community and a rule of some length."""
    diff = compare([ALLOWED], [BLOCKED])
    diff.undecided[Undecided.NO_COMMENT] = 12_345
    share = wilson(1, 3)
    totals = Totals(
        1_234_567, 412, share, share, share, {"allow→block": 1}, {}, 17, 1_234, 0, (), ()
    )
    community = OfCommunity("a-community-of-some-length", 1_234_567, 412, share, share, share)
    rule = OfRule("block.identity_attack", 12_345, 12_346, 17, 16, share, share)
    found = Findings(totals, [community], [rule], diff.changes)
    return list(backtest_tables(found, diff))


SHOWN: dict[str, list[RenderableType]] = {
    "held": [shown_table([Shown(TEXT, BLOCKED, 1234.5)], "held", with_ids=True)],
    "report": [report_table(report(), "replay")],
    "diff": [
        matrix_table(compare([ALLOWED], [BLOCKED])),
        changes_table(compare([ALLOWED], [BLOCKED]).changes, "1 changed"),
    ],
    "backtest": backtested(),
    "verdict": [verdict_command._explained(BLOCKED)],
    "lexicon-show": [*lexicon._shown(TERM)],
    "topics-create": [topics._table([OUTCOME], topics._outcome_row, topics.OUTCOME_COLUMNS)],
    "doctor": [doctor._row(found) for found in CHECKED],
    "dlq-ls": [dlq._table([LETTERS])],
    "feedback": [feedback._table([DECIDED], show_text=False)],
    "policy-log": [log._table([(PUSHED, dict.fromkeys(("standard", "relaxed"), VERSION), True)])],
}
WHOLE = {
    "held": ["1048576", "block", "1234.5"],
    "diff": ["allow → block", "identity_attack", "severe_toxicity"],
    "backtest": [
        "block.identity_attack",
        "1,234,567",
        "33.33 % (6.15–79.23)",
        "12,345 not decided",
    ],
    "verdict": ["block.identity_attack", "slur_orientation", "wurzelgurk"],
    "lexicon-show": [TERM.source, "slur_orientation"],
    "topics-create": ["comments.dlq", "kafka-configs.sh", "retention.ms=2592000000"],
    "report": ["verdicts"],
    "doctor": [found.check for found in CHECKED],
    "feedback": ["2026-11-26 03:48", "2026-12-26", "allow"],
    "policy-log": ["2026-11-26 03:06:08", f"standard {VERSION}", f"relaxed {VERSION}"],
    "dlq-ls": ["verdict_too_large", "2026-11-22 13:00", "2026-11-26 03:02"],
}


@pytest.mark.parametrize("columns", WIDTHS)
@pytest.mark.parametrize("name", SHOWN)
def test_a_table_is_as_it_was_and_cuts_nothing(name: str, columns: int) -> None:
    console = Console(file=io.StringIO(), width=columns, record=True, legacy_windows=False)
    for part in SHOWN[name]:
        console.print(part, soft_wrap=isinstance(part, str))
    drawn = "\n".join(line.rstrip() for line in console.export_text().splitlines()) + "\n"
    file = GOLDEN / f"{name}-{columns}.txt"
    if os.environ.get("GOLDEN") == "write":
        file.write_text(drawn, "utf-8")
    assert drawn == file.read_text("utf-8"), "if this is meant: GOLDEN=write"
    together = "".join(drawn.split())
    for part in WHOLE[name]:
        assert "".join(part.split()) in together or part in " ".join(drawn.split()), part
    table = [line for line in drawn.splitlines() if TERM.source not in line]
    assert max(map(len, table)) <= columns


@pytest.mark.parametrize("columns", WIDTHS)
def test_no_word_of_a_finding_is_broken(columns: int) -> None:
    console = Console(file=io.StringIO(), width=columns, record=True)
    for found in CHECKED:
        console.print(doctor._row(found))
    drawn = console.export_text().split()
    for found in CHECKED:
        words = f"{found.detail} {found.remedy}".split()
        assert [word for word in words if word not in drawn] == []


def test_tables_of_plain_columns_break_long_words_instead_of_cutting_them() -> None:
    console = Console(file=io.StringIO(), width=20, record=True)
    table = columns("rule", "score")
    table.add_row("block.identity_attack_of_some_length", "0.9912")
    console.print(table)
    assert "…" not in console.export_text()
    commands = Path(main.__file__).parent
    plain = [f for f in commands.rglob("*.py") if "box=None, pad_edge=False)" in f.read_text()]
    assert [file.name for file in plain] == ["tables.py"]


def test_a_verdict_that_carries_its_text_shows_it() -> None:
    carrying = replace(BLOCKED, comment={"id": "1", "text": TEXT})
    console = Console(file=io.StringIO(), width=80, record=True)
    console.print(verdict_command._explained(carrying))
    assert TEXT.split()[-1] in console.export_text()


def test_a_verdict_by_a_rule_shows_no_score_that_met_nothing() -> None:
    ruled = replace(BLOCKED, reasons=(Reason("block.spam-domains", "spam-domains", 0.0, 0.0),))
    console = Console(file=io.StringIO(), width=80, record=True)
    console.print(verdict_command._explained(ruled))
    shown = console.export_text()
    assert "block.spam-domains" in shown
    assert "≥" not in shown
