"""`moderator worker`: runs the stream worker."""

from __future__ import annotations

from contextlib import ExitStack
from typing import Annotated

import typer

from moderator.cli.options import ConfigOption, exit_codes
from moderator.errors import ModeratorError
from moderator.settings import Settings


def worker(
    config: ConfigOption = None,
    embedded: Annotated[
        bool,
        typer.Option(
            "--embedded",
            help="Start an in-memory broker and cache too: for trials, tests and demos. "
            "The broker keeps only 5 MiB a partition.",
        ),
    ] = False,
    processes: Annotated[
        int,
        typer.Option(min=1, help="Run this many workers, each in a process, behind one /metrics."),
    ] = 1,
    debug: Annotated[
        bool, typer.Option("--debug", help="Log more, with tracebacks of failures.")
    ] = False,
    stop_with_stdin: Annotated[
        bool, typer.Option("--stop-with-stdin", help="Stop when standard input ends.", hidden=True)
    ] = False,
) -> None:
    """Judge comments from the topic and publish verdicts until SIGTERM.

    Several workers of one group share the partitions. http.port serves /metrics, /healthz and
    /readyz.

    [bold]Examples[/bold]

      moderator worker --embedded

      moderator worker --config moderator.toml

      MODERATOR_KAFKA__BOOTSTRAP_SERVERS=kafka:9092 moderator worker --processes 4
    """
    from moderator.kafka.mock_broker import EmbeddedBroker, overrides, variables
    from moderator.processes.stopping import leave
    from moderator.stream.runner import serve, supervise

    with exit_codes(), ExitStack() as stack:
        address = ""
        if embedded:
            address = stack.enter_context(EmbeddedBroker()).address
            typer.echo(f"broker: {address} (embedded)", err=True)
        settings = Settings.load(config, overrides(address) if address else None)
        try:
            if processes == 1:
                serve(settings, stop_with_stdin=stop_with_stdin, debug=debug)
            else:
                arguments = ("--config", str(config)) if config else ()
                environment = variables(address) if address else {}
                supervise(settings, processes, arguments, environment, debug=debug)
        except ModeratorError as error:
            leave(error)
