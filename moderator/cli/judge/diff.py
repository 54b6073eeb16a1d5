"""`moderator diff`: what a new model, lexicon or policy would change."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import msgspec
import typer

from moderator.cli.judge.in_force import known_policies
from moderator.cli.options import ConfigOption, exit_codes, is_terminal, out
from moderator.cli.render.changes import (
    changes_table,
    matrix_table,
    nothing_compared,
    undecided_lines,
)
from moderator.errors import ModeratorError, SettingsError
from moderator.policy import Policies
from moderator.replay.diff import Change, compare, read_verdicts, rejudge
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
            diff = compare(verdicts, read_verdicts(after))
        else:
            assert policy is not None  # noqa: S101 - said above, for the type checker
            settings = Settings.load(config)
            secret = settings.cache.secret.get_secret_value()
            known = known_policies(settings)
            diff = rejudge(verdicts, Policies.load(policy), secret, known)
        diff.changes.sort(key=lambda change: -change.size)
        if texts is not None:
            diff.changes = _with_texts(diff.changes, texts, Columns(id_column, text_column))
        elif not show_text:
            diff.changes = [msgspec.structs.replace(c, text=None) for c in diff.changes]
        if not diff.actions.total():
            raise ModeratorError(nothing_compared(diff))
        if not is_terminal():
            for change in diff.changes:
                typer.echo(msgspec.json.encode(change))
            typer.echo(msgspec.json.encode(diff.as_dict()), err=True)
        else:
            out().print(matrix_table(diff))
            if diff.changes:
                title = f"{diff.changed:,} changed, the largest first (at most {SHOWN} shown)"
                out().print(changes_table(diff.changes[:SHOWN], title))
            else:
                out().print("nothing changes")
            for line in undecided_lines(diff):
                out().print(line)
    if exit_code and diff.changes:
        raise typer.Exit(1)


def _with_texts(changes: list[Change], file: Path, columns: Columns) -> list[Change]:
    wanted = {change.id for change in changes}
    rows = open_rows([str(file)], None, columns)
    texts = {r.comment.id: r.comment.text for r in rows if r.comment and r.comment.id in wanted}
    return [msgspec.structs.replace(c, text=texts.get(c.id)) for c in changes]
