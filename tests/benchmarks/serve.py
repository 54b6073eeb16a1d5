"""The HTTP API under load on loopback: `python -m tests.benchmarks.serve [--json FILE]`.

Natural comments, all different, over 1, 16 and 256 connections; the same endpoint when the
comments are cached, beside the bare framework answering a constant; Detoxify behind the same
framework on a checkpoint of BERT-base's shape (`tests.benchmarks.detoxify`); and twice the measured
capacity, sent at that rate whatever comes back. Every server is a process of its own with default
settings; ours and its peers take turns, `--rounds` times, and the median round counts.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import os
import subprocess
import sys
import tempfile
import time
import urllib.request
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from itertools import islice
from pathlib import Path
from statistics import median
from typing import NamedTuple

from rich.console import Console
from rich.table import Table

from moderator.http.ports import free_port
from tests.benchmarks.detoxify import checkpoint
from tests.benchmarks.http_load import Found, closed_loop, numbered, open_loop, repeated
from tests.benchmarks.serve_peers import PATH
from tests.benchmarks.texts import comments
from tests.integration.serve.running import ApiProcess

CONNECTIONS = (1, 16, 256)
BESIDE = 16
TEXTS = 4_000
CACHED = 500
_READY_S = 400.0


class Row(NamedTuple):
    """One server at a number of connections; latencies in ms."""

    name: str
    connections: int
    rate: float
    p50_ms: float
    p99_ms: float
    refused_per_s: float
    """503: more came than is judged in `serve.queue_ms`."""


class Overload(NamedTuple):
    """Twice the capacity: requests by status, those never answered, and 99th percentiles in ms."""

    offered_per_s: float
    counts: dict[int, int]
    lost: int
    accepted_p99_ms: float
    refused_p99_ms: float


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--comments", type=Path, help="comments instead of made ones")
    parser.add_argument("--seconds", type=float, default=8.0, help="of each measurement")
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--json", type=Path, help="where to write the figures")
    options = parser.parse_args()
    texts = comments(options.comments, TEXTS)
    with ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory()))
        api = ApiProcess(folder)
        stack.callback(api.kill)
        model = stack.enter_context(checkpoint())
        detoxify = stack.enter_context(peer("detoxify", str(model)))
        constant = stack.enter_context(peer("constant"))
        api.ready(_READY_S)
        rows = rounds(
            {"ours": api.api_port, "detoxify": detoxify, "constant": constant},
            texts,
            options.rounds,
            options.seconds,
        )
        capacity = max(row.rate for row in rows if row.name == "ours")
        overload = overloaded(api.api_port, texts, 2 * capacity, options.seconds)
    show(rows, overload)
    if options.json:
        figures = {
            "rows": [row._asdict() for row in rows],
            "overload": overload._asdict(),
            "ratios": ratios(rows),
            "load_average": os.getloadavg()[0],
        }
        options.json.write_text(json.dumps(figures, indent=1) + "\n", "utf-8")


def rounds(ports: dict[str, int], texts: list[str], count: int, seconds: float) -> list[Row]:
    """The median round of every server and number of connections."""
    fresh = {name: numbered(texts, PATH) for name in ("ours", "detoxify")}
    known = texts[:CACHED]
    plan = [
        *(("ours", "ours", n) for n in CONNECTIONS),
        ("detoxify", "detoxify", BESIDE),
        ("ours, cached", "ours", BESIDE),
        ("constant", "constant", BESIDE),
    ]
    asyncio.run(closed_loop(ports["ours"], islice(repeated(known, PATH), CACHED), BESIDE, 600))
    for port in ports.values():
        asyncio.run(closed_loop(port, islice(numbered(texts, PATH), BESIDE), BESIDE, 60))
    found: dict[tuple[str, int], list[Found]] = {}
    for _ in range(count):
        for name, server, connections in plan:
            requests = fresh[name] if name in fresh else repeated(known, PATH)
            run = closed_loop(ports[server], requests, connections, seconds)
            found.setdefault((name, connections), []).append(asyncio.run(run))
    return [
        Row(
            name,
            connections,
            median(one.rate for one in all_),
            median(one.percentile_ms(0.5) for one in all_),
            median(one.percentile_ms(0.99) for one in all_),
            median(one.counts[503] / one.seconds for one in all_),
        )
        for (name, connections), all_ in found.items()
    ]


def overloaded(port: int, texts: list[str], rate: float, seconds: float) -> Overload:
    """New comments at a rate that the server cannot keep up with."""
    requests = islice(numbered([f"{text} …" for text in texts], PATH), int(rate * seconds))
    found = asyncio.run(open_loop(port, requests, rate))
    return Overload(
        rate,
        dict(found.counts),
        found.lost,
        found.percentile_ms(0.99),
        found.percentile_ms(0.99, 503),
    )


def ratios(rows: list[Row]) -> dict[str, float]:
    """Rates at 16 connections: ours to Detoxify's, cached ones to the bare framework's."""
    rate = {row.name: row.rate for row in rows if row.connections == BESIDE}
    return {
        "over_detoxify": rate["ours"] / rate["detoxify"],
        "cached_to_constant": rate["ours, cached"] / rate["constant"],
    }


@contextmanager
def peer(name: str, *arguments: str) -> Iterator[int]:
    """A server of `tests.benchmarks.serve_peers`; its port, once it answers."""
    port = free_port()
    command = [sys.executable, "-m", "tests.benchmarks.serve_peers", name, str(port), *arguments]
    process = subprocess.Popen(command)
    try:
        deadline = time.monotonic() + _READY_S
        while not answers(port):
            if process.poll() is not None or time.monotonic() > deadline:
                raise SystemExit(f"{name} did not start")
            time.sleep(0.2)
        yield port
    finally:
        process.kill()
        process.wait()


def answers(port: int) -> bool:
    """Whether a server answers a request there."""
    asked = urllib.request.Request(f"http://127.0.0.1:{port}{PATH}", data=b'{"text": "hello"}')
    try:
        with urllib.request.urlopen(asked, timeout=60):
            return True
    except OSError:
        return False


def show(rows: list[Row], overload: Overload) -> None:
    table = Table("server", "connections", "answered/s", "p50 ms", "p99 ms", "refused/s")
    for row in rows:
        figures = row.rate, row.p50_ms, row.p99_ms, row.refused_per_s
        table.add_row(row.name, str(row.connections), *(f"{one:,.1f}" for one in figures))
    console = Console()
    console.print(table)
    for name, ratio in ratios(rows).items():
        console.print(f"{name.replace('_', ' ')}: {ratio:.2f}")
    console.print(
        f"at {overload.offered_per_s:,.0f}/s: {overload.counts}, {overload.lost} unanswered; "
        f"p99 of accepted {overload.accepted_p99_ms:.0f} ms, "
        f"of refused {overload.refused_p99_ms:.0f} ms"
    )


if __name__ == "__main__":
    main()
