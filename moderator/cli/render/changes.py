"""What changes between two ways of judging, as tables."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from rich.box import SIMPLE
from rich.table import Table
from rich.text import Text

from moderator.cli.options import printable
from moderator.cli.render.verdicts import action_text
from moderator.messages.words import counted
from moderator.records import Action
from moderator.replay.diff import Change, Diff


def matrix_table(diff: Diff) -> Table:
    """How many comments have which action before and after."""
    actions = diff.actions
    title = counted(actions.total(), "comment")
    table = Table("before ╲ after", *Action, title=title)
    for old in Action:
        table.add_row(action_text(old), *(f"{actions[old, new]:,}" for new in Action))
    return table


def changes_table(changes: Sequence[Change], title: str) -> Table:
    """A row for each change, with its text if it has one."""
    table = Table(title=title, box=SIMPLE, padding=(0, 1, 0, 0), min_width=len(title))
    table.add_column("id", overflow="fold")
    communities = any(change.community for change in changes)
    texts = any(change.text for change in changes)
    if communities:
        table.add_column("community", overflow="fold")
    table.add_column("change", no_wrap=True)
    table.add_column("rules and scores", overflow="fold")
    if texts:
        table.add_column("text", overflow="ellipsis", no_wrap=True, ratio=1)
        table.expand = True
    for change in changes:
        row: list[str | Text] = [printable(change.id)]
        if communities:
            row.append(printable(change.community or ""))
        row += [
            Text.assemble(action_text(change.before), " → ", action_text(change.after)),
            "\n".join(moved_scores(change)),
        ]
        if texts:
            row.append(printable((change.text or "").replace("\n", " ")))
        table.add_row(*row)
    return table


def moved_scores(change: Change) -> Iterator[str]:
    """Each label that a rule is about, with its score, before and after if they differ."""
    for label, (old, new) in change.scores.items():
        yield f"{label} {old:.2f}" + (f" → {new:.2f}" if abs(old - new) >= 0.005 else "")


def undecided_lines(diff: Diff) -> Iterator[Text]:
    """How many comments could not be decided on, a line for each reason."""
    for why, number in diff.undecided.most_common():
        yield Text(f"{number:,} not decided: {why}", "yellow")


def nothing_compared(diff: Diff) -> str:
    """What to say if not one comment was compared."""
    if not diff.undecided:
        return "nothing was compared: no comment was found that both sides judged"
    reasons = "; ".join(f"{why} ({number:,})" for why, number in diff.undecided.most_common())
    return f"nothing was compared: {reasons}. Verdicts carry texts with stream.carry_comment"
