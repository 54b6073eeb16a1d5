"""`moderator review`: the page on which people decide about held comments."""

from __future__ import annotations

import importlib.util
from typing import Annotated

import typer

from moderator.cli.options import ConfigOption, exit_codes
from moderator.errors import ExtraMissingError, ModeratorError
from moderator.settings import Settings


def review(
    config: ConfigOption = None,
    host: Annotated[str | None, typer.Option(help="In place of review.host.")] = None,
    port: Annotated[int | None, typer.Option(help="In place of review.port.")] = None,
    stop_with_stdin: Annotated[
        bool, typer.Option("--stop-with-stdin", help="Stop when standard input ends.", hidden=True)
    ] = False,
) -> None:
    """Serve the page on which people decide about held comments, until SIGTERM.

    Workers must run with stream.carry_comment and feedback.to = "topic". A decision goes to the
    topic of feedback and holds for the same text at once. Everything is read from the topics: the
    file review.database may be deleted. Each person needs a token with the right to review. Run
    one such process; http.port serves /metrics, /healthz and /readyz.

    [bold]Examples[/bold]

      moderator serve token new anna --may review --file tokens.toml

      moderator review --config moderator.toml --port 8081
    """
    with exit_codes():
        if importlib.util.find_spec("uvicorn") is None:
            raise ExtraMissingError("moderator review", "serve")
        from moderator.processes.stopping import leave
        from moderator.review.run import run

        given = {"host": host, "port": port}
        wanted = {key: value for key, value in given.items() if value is not None}
        settings = Settings.load(config, {"review": wanted})
        try:
            run(settings, stop_with_stdin=stop_with_stdin)
        except ModeratorError as error:
            leave(error)
