"""`moderator webhooks`: posts verdicts to your services."""

from __future__ import annotations

from typing import Annotated

import typer

from moderator.cli.options import ConfigOption, exit_codes
from moderator.errors import ModeratorError
from moderator.settings import Settings


def webhooks(
    config: ConfigOption = None,
    stop_with_stdin: Annotated[
        bool, typer.Option("--stop-with-stdin", help="Stop when standard input ends.", hidden=True)
    ] = False,
) -> None:
    """Post verdicts to the endpoints of the settings until SIGTERM, signed as Standard Webhooks.

    An event is retried until it is taken; after webhooks.retry_for_s it is kept on the topic
    webhooks.dead_letters. Receivers may see an event twice, with the same webhook-id. Several of
    these processes share the work. http.port serves /metrics, /healthz and /readyz.

    [bold]Example[/bold]: moderator webhooks --config moderator.toml
    """
    from moderator.processes.stopping import leave
    from moderator.webhooks.run import run

    with exit_codes():
        settings = Settings.load(config)
        try:
            run(settings, stop_with_stdin=stop_with_stdin)
        except ModeratorError as error:
            leave(error)
