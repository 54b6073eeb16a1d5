"""`moderator top`: workers live in a terminal."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from time import monotonic, sleep
from typing import TYPE_CHECKING, Annotated
from urllib.parse import urlsplit

import msgspec
import typer

from moderator.cli.options import errors_told, is_terminal, out
from moderator.errors import SettingsError
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
        float, typer.Option("--interval", min=0.2, help="Seconds between two looks.")
    ] = 2.0,
    window_s: Annotated[
        float, typer.Option("--window", min=1.0, help="Seconds that rates are taken over.")
    ] = 10.0,
    looks: Annotated[
        int | None, typer.Option("--count", min=1, help="End after so many looks.")
    ] = None,
) -> None:
    """Watch one or several workers: rates, latency, lag, cache, stages.

    Live on a terminal (q quits, s sorts); a JSON line for each look in a pipe.

    [bold]Examples[/bold]

      moderator top

      moderator top worker-1:6066 worker-2:6066 --interval 1
    """
    from moderator.monitor.history import History
    from moderator.monitor.scrape import fetch

    with errors_told():
        asked = [_address(given) for given in addresses or ["127.0.0.1"]]
        history = History(asked, window_s)
        with ThreadPoolExecutor(min(32, len(asked))) as pool:

            def look() -> Figures:
                scrapes = pool.map(lambda address: fetch(address, interval_s), asked)
                return history.add(dict(zip(asked, scrapes, strict=True)))

            if is_terminal():
                _live(look, history, interval_s, looks)
            else:
                _lines(look, interval_s, looks)


def _address(given: str) -> str:
    """HOST:PORT of what may lack the port, or come as the page's URL. Raises SettingsError."""
    try:
        parts = urlsplit(f"//{given.removeprefix('http://')}")
        host, port = parts.hostname, parts.port or Http().port
    except ValueError:
        host, port = None, 0
    if not host:
        raise SettingsError(f"{given!r} is no HOST or HOST:PORT of a worker's metrics")
    return f"[{host}]:{port}" if ":" in host else f"{host}:{port}"


def _lines(look: Callable[[], Figures], interval_s: float, looks: int | None) -> None:
    while looks is None or looks > 0:
        typer.echo(msgspec.json.encode(look()).decode())
        looks = None if looks is None else looks - 1
        if looks != 0:
            sleep(interval_s)


def _live(
    look: Callable[[], Figures], history: History, interval_s: float, looks: int | None
) -> None:
    from rich.live import Live

    from moderator.monitor.keys import keys
    from moderator.monitor.screen import Order, screen

    console = out()
    order: Order = "value"
    with keys() as wait, Live(console=console, screen=True, auto_refresh=False) as live:
        while looks is None or looks > 0:
            found = look()
            looks = None if looks is None else looks - 1
            until = monotonic() + interval_s
            while (left_s := until - monotonic()) > 0:
                live.update(screen(found, history, order, console.height), refresh=True)
                match wait(left_s):
                    case "q":
                        return
                    case "s":
                        order = "name" if order == "value" else "value"
