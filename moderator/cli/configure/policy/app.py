"""`moderator policy`, put together of its commands."""

from __future__ import annotations

import typer

from moderator.cli.configure.policy import author, cases, lint, log, push

app = typer.Typer(name="policy", help="Policies: rules, lists, exemptions.", no_args_is_help=True)
app.command("test")(cases.run_cases)
app.command()(lint.lint)
app.command()(push.push)
app.command()(log.log)
app.command()(log.show)
app.command()(push.rollback)
app.command()(author.author)
