"""`moderator policy`, put together of its commands."""

from __future__ import annotations

import typer

from moderator.cli.configure.policy import author

app = typer.Typer(name="policy", help="Policies: rules, lists, exemptions.", no_args_is_help=True)
app.command()(author.author)


@app.callback()
def _group() -> None:
    """A group, however few its commands."""
