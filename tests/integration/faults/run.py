"""One run: faults on schedule under steady traffic, then the tally."""

from __future__ import annotations

import math
import random
import re
import time
from collections import Counter
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path

from tests.integration.faults.acts import ACTS
from tests.integration.faults.schedule import schedule
from tests.integration.faults.theatre import Theatre
from tests.integration.ledger import Ledger

_AT_ONCE = 3
_SETTLE_S = 600.0
_ERROR = re.compile(r" (?:ERROR|CRITICAL) moderator[\w.]*: (?P<message>.*)")
_NUMBER = re.compile(r"\d+")


@dataclass(frozen=True)
class Tally:
    """What a run came to. `missing` must be empty."""

    faults: Counter[str]
    seconds: float
    produced: int
    """Records in the topic: confirmed, or seen to come out."""
    verdicts: int
    dead_letters: int
    refused: int
    """Records that the broker did not confirm and that did not come out: none of the worker's."""
    duplicates: int
    missing: set[str]
    worst_wait_s: float
    """The longest that a comment waited for its verdict: the worst time to recover."""
    p50_wait_s: float
    p99_wait_s: float
    codes: Counter[str]
    """How workers ended."""
    errors: Counter[str]
    """What workers logged as errors, holds among them, its numbers replaced by N."""


def run(
    folder: Path,
    count: int,
    seed: int,
    every_s: float,
    report: Callable[[int, str, Ledger], None] = lambda number, fault, ledger: None,
    for_s: float = math.inf,
) -> Tally:
    """Run `count` faults, one every `every_s` seconds or when those before allow.

    No fault begins after `for_s` seconds: `Tally.faults` then counts fewer than `count`.
    """
    theatre = Theatre(folder, seed)
    chance = random.Random(seed)
    start = time.monotonic()
    done: Counter[str] = Counter()
    try:
        theatre.traffic.start()
        with ThreadPoolExecutor(_AT_ONCE) as pool:
            under_way: set[Future[None]] = set()
            for number, fault in enumerate(schedule(count, seed)):
                time.sleep(every_s)
                while len(under_way) >= _AT_ONCE:
                    time.sleep(0.05)
                    under_way = _unfinished(under_way)
                if time.monotonic() - start > for_s:
                    break
                report(number, fault, theatre.ledger)
                done[fault] += 1
                act = ACTS[fault]
                under_way.add(pool.submit(act, theatre, random.Random(chance.random())))
            for future in under_way:
                future.result()
        theatre.traffic.stop_producing()
        deadline = time.monotonic() + _SETTLE_S
        while theatre.ledger.missing and time.monotonic() < deadline:
            time.sleep(0.5)
        time.sleep(3)
        theatre.traffic.close()
        return _tally(theatre, done, time.monotonic() - start)
    finally:
        theatre.close()


def _unfinished(futures: set[Future[None]]) -> set[Future[None]]:
    for future in futures:
        if future.done():
            future.result()
    return {future for future in futures if not future.done()}


def _tally(theatre: Theatre, done: Counter[str], seconds: float) -> Tally:
    ledger = theatre.ledger
    waits = sorted(theatre.traffic.waits_s)
    taken = ledger.refused & (ledger.verdicts.keys() | ledger.dead_letters.keys())
    return Tally(
        faults=done,
        seconds=seconds,
        produced=len(ledger.produced | taken),
        verdicts=len(ledger.verdicts),
        dead_letters=len(ledger.dead_letters),
        refused=len(ledger.refused - taken),
        duplicates=ledger.duplicates,
        missing=ledger.missing,
        worst_wait_s=waits[-1],
        p50_wait_s=waits[len(waits) // 2],
        p99_wait_s=waits[len(waits) * 99 // 100],
        codes=theatre.codes,
        errors=_errors(theatre.folder),
    )


def _errors(folder: Path) -> Counter[str]:
    found: Counter[str] = Counter()
    for log in folder.glob("worker-*.log"):
        for line in log.read_text(errors="replace").splitlines():
            if match := _ERROR.search(line):
                found[_NUMBER.sub("N", match["message"])] += 1
    return found
