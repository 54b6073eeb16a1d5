"""Tables of verdicts fit terminals of 80 and 120 columns, and cut nothing but the comment."""

from __future__ import annotations

import io

import pytest
from rich.console import Console

from moderator.cli.render.verdicts import Shown, report_table, shown_table
from moderator.records import Action, Component, Match, Reason, Verdict
from moderator.replay.report import Report


def verdict(action: Action, *reasons: Reason, matches: tuple[Match, ...] = ()) -> Verdict:
    return Verdict(
        id="1", action=action, reasons=reasons, scores={"toxicity": 0.5}, matches=matches,
        scorer=Component("s", "1"), policy=Component("p", "1"), cached=True, degraded=False,
        scored_at="", latency_ms=1.0,
    )  # fmt: skip


QUOTED = (Match(0, 6, "idiot", "insult", 2, quoted=True),)
ROWS = (
    Shown(
        "a comment of many words that no terminal of this width can show in one line " * 2,
        verdict(Action.BLOCK, Reason("block.identity_attack", "identity_attack", 0.99, 0.8)),
        1234.5,
        "swearing at nobody",
    ),
    Shown(
        "quoted",
        verdict(Action.ALLOW, matches=(Match(0, 6, "idiot", "insult", 2, quoted=True),)),
        1.0,
        "x",
    ),
    Shown("no comment", None, 0.0, "a dead letter"),
)


@pytest.mark.parametrize("columns", [80, 120])
def test_nothing_but_the_comment_is_cut(columns: int) -> None:
    console = Console(file=io.StringIO(), width=columns, record=True)
    console.print(shown_table(ROWS, "title"))
    lines = console.export_text().splitlines()
    assert max(map(len, lines)) <= columns
    text = " ".join(" ".join(lines).split())
    for word in ("swearing at nobody", "block", "1234.5", "identity_attack", "(cached)", "dead"):
        assert word in text, word
    assert "found: idiot (quoted)" in text


@pytest.mark.parametrize("with_throughput", [True, False])
def test_a_throughput_is_shown_only_if_it_says_something(with_throughput: bool) -> None:
    report = Report()
    report.count(verdict(Action.ALLOW), 12.0)
    report.seconds = 1.0
    console = Console(file=io.StringIO(), width=80, record=True)
    console.print(report_table(report, "title", with_throughput=with_throughput))
    text = console.export_text()
    assert ("throughput" in text) is with_throughput
    assert "p50" in text
