"""`moderator worker`: the stream's worker."""

from __future__ import annotations

from contextlib import ExitStack
from typing import Annotated

import typer

from moderator.cli.options import ConfigOption, errors_told
from moderator.errors import ModeratorError
from moderator.settings import Settings


def worker(
    config: ConfigOption = None,
    embedded: Annotated[
        bool,
        typer.Option(
            "--embedded",
            help="Bring a broker and a cache along, in memory: for trying, tests and demos. "
            "The broker forgets what is older than 5 MiB a partition.",
        ),
    ] = False,
    stop_with_stdin: Annotated[
        bool, typer.Option("--stop-with-stdin", help="End when standard input ends.", hidden=True)
    ] = False,
) -> None:
    """Take comments from the topic, publish verdicts, until SIGTERM.

    Several workers of one group share the partitions. /metrics, /healthz and /readyz are on
    http.port.

    [bold]Examples[/bold]

      moderator worker --embedded

      moderator worker --config moderator.toml

      MODERATOR_KAFKA__BOOTSTRAP_SERVERS=kafka:9092 moderator worker
    """
    from moderator.stream.embedded import EmbeddedBroker, overrides
    from moderator.stream.serve import leave, serve

    with errors_told(), ExitStack() as stack:
        given = None
        if embedded:
            broker = stack.enter_context(EmbeddedBroker())
            given = overrides(broker.address)
            typer.echo(f"broker: {broker.address} (embedded)", err=True)
        settings = Settings.load(config, given)
        try:
            serve(settings, stop_with_stdin=stop_with_stdin)
        except ModeratorError as error:
            leave(error)
