"""`moderator feedback`: what people decide about comments, written and shown."""

from __future__ import annotations

import asyncio
import getpass
import sys
from collections.abc import Sequence
from typing import TYPE_CHECKING, Annotated

import msgspec
import typer
from rich.table import Table

from moderator.cli.options import ConfigOption, exit_codes, is_terminal, out
from moderator.cli.render.tables import columns
from moderator.cli.render.verdicts import action_text, marked
from moderator.errors import SettingsError
from moderator.records import Action, Comment
from moderator.settings import Settings

if TYPE_CHECKING:
    from moderator.feedback.record import Feedback

app = typer.Typer(name="feedback", help="What people decide about comments.", no_args_is_help=True)


@app.command()
def add(
    comment_id: Annotated[str, typer.Argument(metavar="ID", help="The comment's.")],
    action: Annotated[Action | None, typer.Argument(help="What you decide.")] = None,
    config: ConfigOption = None,
    undo: Annotated[
        bool, typer.Option("--undo", help="Take an earlier decision back, in place of ACTION.")
    ] = False,
    text: Annotated[
        str | None,
        typer.Option(help="The comment's text, or - for standard input; else its verdict's."),
    ] = None,
    community: Annotated[str | None, typer.Option(help="The comment's, with --text.")] = None,
    days: Annotated[
        float | None, typer.Option(min=0, help="How long it holds; default: feedback.days.")
    ] = None,
    once: Annotated[
        bool, typer.Option("--once", help="Decide this comment only: it holds for no other.")
    ] = False,
    note: Annotated[str | None, typer.Option(help="Why; kept with the decision.")] = None,
    by: Annotated[str | None, typer.Option(help="Who decides; kept as a keyed hash.")] = None,
) -> None:
    """Decide about a comment in place of the policy.

    The decision holds for the same text in the same community on all workers, at once; the
    verdict's reason is then ACTION.human. Needs feedback.to = "topic" here and at the workers.
    Without --text the comment is taken from its verdict, which stream.carry_comment lets carry it.

    [bold]Examples[/bold]

      moderator feedback add c-1042 allow --note "song lyrics"

      moderator feedback add c-1042 block --text "buy cheap pills" --days 7

      moderator feedback add c-1042 --undo
    """
    with exit_codes():
        settings = Settings.load(config)
        if undo == (action is not None):
            raise SettingsError("give one of ACTION (allow, review, block) and --undo")
        from moderator.feedback.decision import decision, require_topic

        require_topic(settings)
        comment, verdict = _comment(settings, comment_id, text, community)
        feedback = decision(
            settings,
            comment,
            action,
            source="cli",
            person=by or getpass.getuser(),
            note=note,
            days=days,
            once=once,
            verdict=verdict,
        )
        asyncio.run(_put(settings, feedback))
        _print([feedback], show_text=False)


@app.command()
def ls(
    config: ConfigOption = None,
    last: Annotated[int, typer.Option(min=1, help="At most this many, the latest.")] = 50,
    show_text: Annotated[bool, typer.Option("--show-text", help="Show the texts.")] = False,
) -> None:
    """Show the latest feedback, oldest first. Texts stay hidden unless asked for.

    [bold]Example[/bold]

      moderator feedback ls --last 1000 | jq 'select(.action == "allow").id'
    """
    from moderator.feedback.history import history

    with exit_codes():
        _print(history(Settings.load(config))[-last:], show_text=show_text)


def _comment(
    settings: Settings, comment_id: str, text: str | None, community: str | None
) -> tuple[Comment, Action | None]:
    """The comment, and what the filter decided about it, if that is known."""
    if text is None:
        from moderator.feedback.decision import filter_action
        from moderator.feedback.history import carried_comment
        from moderator.kafka.tap import find

        verdict = find(settings, comment_id)
        if verdict is None:
            topic = settings.topics.verdicts
            raise SettingsError(f"{topic} holds no verdict with this id: give the text with --text")
        return carried_comment(verdict), filter_action(verdict)
    if text == "-":
        text = sys.stdin.read().removesuffix("\n")
    return Comment(comment_id, text, community), None


async def _put(settings: Settings, feedback: Feedback) -> None:
    from moderator.feedback.sink import build_sink

    sink = build_sink(settings)
    try:
        await sink.put(feedback)
    finally:
        await sink.close()


def _print(rows: Sequence[Feedback], *, show_text: bool) -> None:
    if not is_terminal():
        for row in rows:
            fields = msgspec.to_builtins(row)
            if not show_text:
                del fields["text"]
            typer.echo(msgspec.json.encode(fields))
        return
    out().print(_table(rows, show_text=show_text))


def _table(rows: Sequence[Feedback], *, show_text: bool) -> Table:
    table = columns("at", "decided", "until", "id", "community", "by", "note")
    table.padding = (0, 1, 0, 0)
    for column in table.columns[:3]:
        column.no_wrap = True
    if show_text:
        table.add_column("text", no_wrap=True, overflow="ellipsis")
    for row in rows:
        undone = "undone" if row.undone else "suggested"
        cells = (row.id or row.reference, row.community, row.by, row.note)
        table.add_row(
            row.at[:16].replace("T", " "),
            action_text(row.action) if row.action else undone,
            (row.expires_at or "")[:10],
            *(marked(cell or "", ()) for cell in cells),
            *([marked(row.text.replace("\n", " "), ())] if show_text else []),
        )
    return table
