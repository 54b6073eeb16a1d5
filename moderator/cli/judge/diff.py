"""`moderator diff`: what a new model, lexicon or policy would change."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import msgspec
import typer
from rich.table import Table

from moderator.cli.options import ConfigOption, exit_codes, is_terminal, out, printable
from moderator.cli.render.verdicts import action_text
from moderator.errors import ModeratorError, SettingsError
from moderator.policy import Policies
from moderator.records import Action
from moderator.replay.diff import Diff, compare, read_verdicts, rejudge
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
    exit_code: Annotated[
        bool, typer.Option("--exit-code", help="End with 1 if an action changed.")
    ] = False,
) -> None:
    """Show whose action would change. Nothing is scored again.

    With --policy, each comment is judged by its community's policy in that file. Rules that look at
    texts or authors need verdicts that carry their comments (stream.carry_comment).

    [bold]Examples[/bold]

      moderator diff verdicts.jsonl --policy stricter.toml

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


def _matrix(found: Diff) -> Table:
    table = Table("before ╲ after", *Action, title=f"{found.actions.total():,} comments")
    for old in Action:
        table.add_row(action_text(old), *(f"{found.actions[old, new]:,}" for new in Action))
    return table


def _changes(found: Diff) -> Table:
    title = f"{len(found.changes):,} changed (at most {SHOWN} shown)"
    table = Table("id", "before", "after", "rules before", "rules after", title=title)
    for change in found.changes[:SHOWN]:
        table.add_row(
            printable(change.id), action_text(change.before), action_text(change.after),
            printable(", ".join(change.rules_before)), printable(", ".join(change.rules_after)),
        )  # fmt: skip
    return table
