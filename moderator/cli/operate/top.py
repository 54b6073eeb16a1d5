"""`moderator top`: workers' live figures in a terminal."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from time import monotonic, sleep
from typing import TYPE_CHECKING, Annotated
from urllib.parse import urlsplit

import msgspec
import typer

from moderator.cli.options import exit_codes, is_terminal, out
from moderator.errors import ModeratorError, SettingsError
from moderator.settings import Http

if TYPE_CHECKING:
    from moderator.monitor.figures import Figures
    from moderator.monitor.history import History


def top(
    addresses: Annotated[
        list[str] | None,
        typer.Argument(metavar="HOST:PORT", help="Default 127.0.0.1, and port 6066."),
    ] = None,
    interval_s: Annotated[
        float, typer.Option("--interval", min=0.2, help="Seconds between refreshes.")
    ] = 2.0,
    window_s: Annotated[
        float, typer.Option("--window", min=1.0, help="Seconds over which rates are computed.")
    ] = 10.0,
    refreshes: Annotated[
        int | None, typer.Option("--count", min=1, help="Stop after this many refreshes.")
    ] = None,
) -> None:
    """Watch one or several workers: rates, latency, lag, cache, stages.

    Live on a terminal (q quits, s sorts); a JSON line for each refresh in a pipe.

    [bold]Examples[/bold]

      moderator top

      moderator top worker-1:6066 worker-2:6066 --interval 1
    """
    from moderator.monitor.history import History
    from moderator.monitor.scrape import fetch

    with exit_codes():
        workers = [_address(given) for given in addresses or ["127.0.0.1"]]
        history = History(workers, window_s)
        answered = 0
        with ThreadPoolExecutor(min(32, len(workers))) as pool:

            def refresh() -> Figures:
                nonlocal answered
                scrapes = pool.map(lambda address: fetch(address, interval_s), workers)
                figures = history.add(dict(zip(workers, scrapes, strict=True)))
                answered += figures.workers
                return figures

            if is_terminal():
                _live(refresh, history, interval_s, refreshes)
            else:
                _lines(refresh, interval_s, refreshes)
        if not answered:
            raise ModeratorError("no worker answered: give HOST:PORT of its /metrics (http.port)")


def _address(given: str) -> str:
    """HOST:PORT from HOST, HOST:PORT or the dashboard's URL. Raises SettingsError."""
    place = given.removeprefix("http://")
    try:
        parts = urlsplit(f"//{place}")
        host, port = parts.hostname, parts.port or Http().port
    except ValueError:
        host, port = None, 0
    if not host or "://" in place or " " in host or not host.isprintable():
        raise SettingsError(f"{given!r} is not HOST or HOST:PORT of a worker's metrics")
    return f"[{host}]:{port}" if ":" in host else f"{host}:{port}"


def _lines(refresh: Callable[[], Figures], interval_s: float, refreshes: int | None) -> None:
    while refreshes is None or refreshes > 0:
        typer.echo(msgspec.json.encode(refresh()).decode())
        refreshes = None if refreshes is None else refreshes - 1
        if refreshes != 0:
            sleep(interval_s)


def _live(
    refresh: Callable[[], Figures], history: History, interval_s: float, refreshes: int | None
) -> None:
    from rich.live import Live

    from moderator.monitor.keys import keys
    from moderator.monitor.screen import Order, screen

    console = out()
    order: Order = "value"
    with keys() as wait, Live(console=console, screen=True, auto_refresh=False) as live:
        while refreshes is None or refreshes > 0:
            figures = refresh()
            refreshes = None if refreshes is None else refreshes - 1
            until = monotonic() + interval_s
            while (left_s := until - monotonic()) > 0:
                live.update(screen(figures, history, order, console.height), refresh=True)
                match wait(left_s):
                    case "q":
                        return
                    case "s":
                        order = "name" if order == "value" else "value"
