"""An explanation as JSON has it, and as a person reads it."""

from __future__ import annotations

from collections.abc import Iterator

import msgspec
from rich.console import RenderableType
from rich.panel import Panel
from rich.table import Table
from rich.text import Text

from moderator.cli.options import printable
from moderator.cli.render.tables import columns
from moderator.cli.render.verdicts import action_text, marked, reason_line, scores_table
from moderator.policy import Policy
from moderator.policy.explaining.firing import Near
from moderator.policy.explaining.occlusion import WordWeight
from moderator.policy.explanation import Explanation
from moderator.policy.stored import scored_of
from moderator.records import Component, Verdict

_WORDS = 8


class Explained(msgspec.Struct, frozen=True, omit_defaults=True):
    """A verdict with all that led to it.

    `policy` is the one that decided, if it is still known; `policy_in_force` names what decides on
    its community's comments now. `explanation`, `text` and `words` are missing for a stored verdict
    whose text is not there or not asked for, `words` too if other scorers judged it. They are those
    that weigh most in the score of the label `weighed`.
    """

    verdict: Verdict
    stored: bool
    policy: Policy | None = None
    policy_in_force: Component | None = None
    text: str | None = None
    explanation: Explanation | None = None
    fired: tuple[str, ...] = ()
    nearly: tuple[Near, ...] = ()
    weighed: str = ""
    words: tuple[WordWeight, ...] = ()
    statement: str = ""


def panels(explained: Explained) -> Iterator[RenderableType]:
    """What a terminal shows, from the answer to its grounds."""
    verdict = explained.verdict
    head = Text.assemble(action_text(verdict.action), f"  {printable(verdict.id)}")
    for reason in verdict.reasons:
        head.append(f"\n{printable(reason_line(reason))}")
    head.append(f"\npolicy {verdict.policy.name} {verdict.policy.version}, {verdict.scored_at}")
    if explained.policy is None:
        head.append("\nthat policy is not known any more: it was not pushed", "yellow")
    elif explained.policy_in_force != verdict.policy and explained.policy_in_force is not None:
        now = explained.policy_in_force
        head.append(f"\nin force now: {now.name} {now.version}", "yellow")
    head.append(f"\nscorer {verdict.scorer.name} {verdict.scorer.version}")
    head.append(", scores from the cache" if verdict.cached else "", "dim")
    yield head
    if explained.text is not None:
        yield Panel(marked(explained.text, verdict.matches), title="text")
    if explained.explanation is not None and explained.explanation.normal_form != explained.text:
        yield Panel(printable(explained.explanation.normal_form), title="as it was read")
    scores = explained.policy.charged(scored_of(verdict)) if explained.policy else verdict.scores
    yield scores_table(verdict, scores, explained.policy)
    if explained.fired or explained.nearly:
        yield _rules(explained)
    if explained.words:
        shown = [word for word in explained.words[:_WORDS] if word.weight > 0]
        words = ", ".join(f"{printable(word.word)} {word.weight:+.2f}" for word in shown)
        yield Text(f"words that weigh most in {explained.weighed}: {words or 'none'}")
    yield Panel(printable(explained.statement).rstrip("\n"), title="statement of reasons")


def _rules(explained: Explained) -> Table:
    table = columns("rule", "")
    for rule in explained.fired:
        table.add_row(Text(rule, "bold red"), "fired")
    for near in explained.nearly:
        table.add_row(near.rule, f"nearly: {printable(near.missing)}")
    return table
