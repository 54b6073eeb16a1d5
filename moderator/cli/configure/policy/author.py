"""`moderator policy author`: the hash by which a policy exempts a person."""

from __future__ import annotations

from typing import Annotated

import typer

from moderator.cli.options import ConfigOption, exit_codes, notice
from moderator.policy.authors import author_hash
from moderator.settings import Settings


def author(
    names: Annotated[list[str], typer.Argument(help="`author` as comments have it.")],
    config: ConfigOption = None,
) -> None:
    """Print the hash of an author, for `exempt.authors` of a policy; its key is cache.secret.

    [bold]Example[/bold]: moderator policy author u-77 --config moderator.toml
    """
    with exit_codes():
        secret = Settings.load(config).cache.secret.get_secret_value()
        if not secret:
            notice(
                "cache.secret is empty: the hashes fit only workers without one, and whoever reads "
                "them can find the names by trying",
                "yellow",
            )
        for name in names:
            typer.echo(author_hash(name, secret))
