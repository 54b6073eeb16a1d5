"""`moderator serve`: the HTTP API and its access tokens."""

from __future__ import annotations

import importlib.util
from pathlib import Path
from typing import Annotated

import typer

from moderator.api.access.tokens import Right
from moderator.cli.options import ConfigOption, exit_codes, notice
from moderator.errors import ExtraMissingError, ModeratorError, SettingsError
from moderator.settings import Settings

app = typer.Typer(name="serve", invoke_without_command=True)
token = typer.Typer(name="token", help="Access tokens of the HTTP API.", no_args_is_help=True)
app.add_typer(token)


@app.callback()
def serve(
    context: typer.Context,
    config: ConfigOption = None,
    host: Annotated[str | None, typer.Option(help="In place of serve.host.")] = None,
    port: Annotated[int | None, typer.Option(help="In place of serve.port.")] = None,
    processes: Annotated[
        int, typer.Option(min=1, help="Processes that share the address, under one /metrics.")
    ] = 1,
    insecure: Annotated[
        bool, typer.Option("--insecure", help="Listen beyond loopback without asking for tokens.")
    ] = False,
    stop_with_stdin: Annotated[
        bool, typer.Option("--stop-with-stdin", help="End when standard input ends.", hidden=True)
    ] = False,
    inherit: Annotated[
        str | None, typer.Option(help="FD:N, an open socket that N processes share.", hidden=True)
    ] = None,
) -> None:
    """Answer over HTTP until SIGTERM: the filter's own API, and drop-ins for Perspective's and
    OpenAI's.

    /docs on the address says what can be asked; /metrics, /healthz and /readyz are on http.port.

    [bold]Examples[/bold]

      moderator serve

      moderator serve --config moderator.toml --processes 4

      moderator serve token new shop --file tokens.toml
    """
    if context.invoked_subcommand:
        return
    with exit_codes():
        if importlib.util.find_spec("uvicorn") is None:
            raise ExtraMissingError("moderator serve", "serve")
        from moderator.api import run
        from moderator.processes.stopping import leave

        given = {"host": host, "port": port}
        wanted = {key: value for key, value in given.items() if value is not None}
        settings = Settings.load(config, {"serve": wanted})
        try:
            if processes == 1:
                inherited = tuple(map(int, inherit.split(":"))) if inherit else None
                run.serve(
                    settings,
                    insecure=insecure,
                    inherited=(inherited[0], inherited[1]) if inherited else None,
                    with_stdin=stop_with_stdin,
                )
            else:
                arguments = ("--config", str(config)) if config else ()
                run.serve_with(settings, processes, arguments, insecure=insecure)
        except ModeratorError as error:
            leave(error)


@token.command("new")
def new(
    name: Annotated[str, typer.Argument(help="Letters, digits, - and _: who will use it.")],
    config: ConfigOption = None,
    file: Annotated[Path | None, typer.Option(help="In place of serve.tokens.")] = None,
    community: Annotated[
        str | None, typer.Option(help="Judge all its comments by this community's policy.")
    ] = None,
    rate: Annotated[
        str | None, typer.Option(help="Comments it may send, such as 500/second.")
    ] = None,
    may: Annotated[
        list[Right] | None,
        typer.Option(help="A right; may be given several times. Default: only moderate."),
    ] = None,
) -> None:
    """Make a token and print it, once: the file keeps only its hash. A server reads the file again
    within a second; delete an entry to revoke it.

    [bold]Examples[/bold]

      moderator serve token new shop --file tokens.toml --rate 500/second

      moderator serve token new desk --file tokens.toml --may feedback
    """
    with exit_codes():
        from moderator.api.access.tokens import new_token

        path = file or Settings.load(config).serve.tokens
        if path is None:
            raise SettingsError("name the file: --file, or serve.tokens in the settings")
        typer.echo(new_token(path, name, community, rate, may or [Right.MODERATE]))
        notice(f"kept as a hash in {path}: shown this once")
