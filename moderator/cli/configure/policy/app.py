"""`moderator policy`, put together of its commands."""

from __future__ import annotations

import typer

from moderator.cli.configure.policy import author, cases, lint

app = typer.Typer(name="policy", help="Policies: rules, lists, exemptions.", no_args_is_help=True)
app.command("test")(cases.run_cases)
app.command()(lint.lint)
app.command()(author.author)
