"""`moderator diff`: what a new model, lexicon or policy would change."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Annotated

import msgspec
import typer
from rich.box import SIMPLE
from rich.table import Table
from rich.text import Text

from moderator.cli.options import ConfigOption, exit_codes, is_terminal, out, printable
from moderator.cli.render.verdicts import action_text
from moderator.errors import ModeratorError, SettingsError
from moderator.policy import Policies
from moderator.records import Action
from moderator.replay.diff import Change, Diff, compare, read_verdicts, rejudge
from moderator.replay.files import open_rows
from moderator.replay.rows import Columns
from moderator.settings import Settings

SHOWN = 30


def diff(
    before: Annotated[Path, typer.Argument(help="Verdicts written by `replay --output`.")],
    after: Annotated[
        Path | None, typer.Argument(help="Verdicts of another run over the same comments.")
    ] = None,
    policy: Annotated[
        Path | None, typer.Option(help="Judge the first run by this policy file instead.")
    ] = None,
    config: ConfigOption = None,
    show_text: Annotated[
        bool,
        typer.Option("--show-text", help="Show texts, if verdicts carry them or with --texts."),
    ] = False,
    texts: Annotated[
        Path | None, typer.Option(help="The file that was replayed; its texts are shown.")
    ] = None,
    id_column: Annotated[str, typer.Option(help="Of --texts: column of the id.")] = "id",
    text_column: Annotated[str, typer.Option(help="Of --texts: column of the text.")] = "text",
    exit_code: Annotated[
        bool, typer.Option("--exit-code", help="End with 1 if an action changed.")
    ] = False,
) -> None:
    """Show whose action would change. Nothing is scored again.

    With --policy, each comment is judged by its community's policy in that file. Rules that look at
    texts or authors need verdicts that carry their comments (stream.carry_comment). The largest
    changes come first: by steps between the actions, then by scores.

    [bold]Examples[/bold]

      moderator diff verdicts.jsonl --policy stricter.toml

      moderator diff verdicts.jsonl --policy stricter.toml --texts comments.csv

      moderator diff old-model.jsonl new-model.jsonl
    """
    with exit_codes():
        if (after is None) == (policy is None):
            raise SettingsError("name either a second file of verdicts, or --policy FILE")
        verdicts = read_verdicts(before)
        if after is not None:
            found = compare(verdicts, read_verdicts(after))
        else:
            assert policy is not None  # noqa: S101 - said above, for the type checker
            secret = Settings.load(config).cache.secret.get_secret_value()
            found = rejudge(verdicts, Policies.load(policy), secret)
        found.changes.sort(key=lambda change: -change.size)
        if texts is not None:
            found.changes = _with_texts(found.changes, texts, Columns(id_column, text_column))
        elif not show_text:
            found.changes = [msgspec.structs.replace(c, text=None) for c in found.changes]
        if not is_terminal():
            for change in found.changes:
                typer.echo(msgspec.json.encode(change))
            typer.echo(msgspec.json.encode(found.as_dict()), err=True)
        else:
            out().print(_matrix(found), _changes(found))
        if not found.actions.total():
            raise ModeratorError("nothing was compared: the files have no id in common")
    if exit_code and found.changes:
        raise typer.Exit(1)


def _with_texts(changes: list[Change], file: Path, columns: Columns) -> list[Change]:
    wanted = {change.id for change in changes}
    rows = open_rows([str(file)], None, columns)
    found = {r.comment.id: r.comment.text for r in rows if r.comment and r.comment.id in wanted}
    return [msgspec.structs.replace(c, text=found.get(c.id)) for c in changes]


def _matrix(found: Diff) -> Table:
    table = Table("before ╲ after", *Action, title=f"{found.actions.total():,} comments")
    for old in Action:
        table.add_row(action_text(old), *(f"{found.actions[old, new]:,}" for new in Action))
    return table


def _changes(found: Diff) -> Table:
    shown = found.changes[:SHOWN]
    title = f"{len(found.changes):,} changed, the largest first (at most {SHOWN} shown)"
    table = Table(title=title, box=SIMPLE, padding=(0, 1, 0, 0))
    table.add_column("id", overflow="fold")
    communities = any(change.community for change in shown)
    texts = any(change.text for change in shown)
    if communities:
        table.add_column("community", overflow="fold")
    table.add_column("change", no_wrap=True)
    table.add_column("rules and scores", overflow="fold")
    if texts:
        table.add_column("text", overflow="ellipsis", no_wrap=True, ratio=1)
        table.expand = True
    for change in shown:
        row: list[str | Text] = [printable(change.id)]
        if communities:
            row.append(printable(change.community or ""))
        row += [
            Text.assemble(action_text(change.before), " → ", action_text(change.after)),
            "\n".join(_reasons(change)),
        ]
        if texts:
            row.append(printable((change.text or "").replace("\n", " ")))
        table.add_row(*row)
    return table


def _reasons(change: Change) -> Iterator[str]:
    """Each label that a rule is about, with its score, before and after if they differ."""
    for label, (old, new) in change.scores.items():
        yield f"{label} {old:.2f}" + (f" → {new:.2f}" if abs(old - new) >= 0.005 else "")
