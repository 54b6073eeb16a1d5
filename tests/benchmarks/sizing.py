"""How many workers, partitions and bytes of Redis: `python -m tests.benchmarks.sizing`.

`--measure` measures CPU and memory of one comment on this machine first, `--write` puts figures
and table into deploy/SIZING.md; `--json FILE` writes them as JSON. `--share compact=0.3` plans for
another share of the texts reaching a scorer.
"""

from __future__ import annotations

import argparse
import json
import math
import random
from collections.abc import Iterator, Sequence
from pathlib import Path

import msgspec

DEPLOY = Path(__file__).parents[2] / "deploy"
FIGURES = DEPLOY / "sizing.json"
PAGE = DEPLOY / "SIZING.md"
BEGIN, END = "<!-- sizing: python -m tests.benchmarks.sizing --write -->\n", "<!-- /sizing -->\n"
RATES = (10, 1_000, 100_000)

DAY_S = 86_400
STEP_S = 10
HEADROOM = 0.8
"""A worker is given at most this share of what its core can do; the rest is for the system."""
CORE_HOUR, GIB_HOUR = 0.04, 0.005
"""Prices in a currency of yours; these are of the order of what clouds ask in dollars."""


class Figures(msgspec.Struct, frozen=True):
    """What was measured: CPU seconds of one comment, and bytes of Redis.

    `shares` and `scorer_s` are by scorer: how many of the uncached texts reach it, and its seconds
    for one of them.
    """

    machine: str
    cached_s: float
    uncached_s: float
    score_bytes: float
    verdict_bytes: float
    comment_chars: float
    shares: dict[str, float] = {}
    scorer_s: dict[str, float] = {}
    scorer: str = "the default scorers"

    def per_core(self, hits: float) -> float:
        """Comments a second that one core judges when a share `hits` is cached."""
        return 1 / (hits * self.cached_s + (1 - hits) * self.uncached_s)

    def with_share(self, scorer: str, share: float) -> Figures:
        """The same, were another share of the uncached texts to reach a scorer."""
        change_s = (share - self.shares[scorer]) * self.scorer_s[scorer]
        return msgspec.structs.replace(
            self,
            uncached_s=self.uncached_s + change_s,
            shares={**self.shares, scorer: share},
        )


class Plan(msgspec.Struct, frozen=True):
    """What a mean rate needs. Waits are of the simulated day, in seconds."""

    rate: int
    per_core: float
    peak: float
    workers: int
    partitions: int
    wait_p999_s: float
    wait_max_s: float
    ttl_s: int
    redis_gib: float
    cost_month: float


def arrivals(rate: float, seed: int = 1) -> Iterator[tuple[float, float]]:
    """A day in steps: (comments a second, share that repeats a cached text).

    Three times as busy in the evening as at night; eight bursts of five times the rate for ten
    minutes, in which half of what comes is the same few texts; and noise.
    """
    chance = random.Random(seed)
    bursts = [chance.uniform(0, DAY_S) for _ in range(8)]
    for at_s in range(0, DAY_S, STEP_S):
        evening = 1 - 0.5 * math.cos(2 * math.pi * (at_s / DAY_S - 0.1))
        burst = any(0 <= at_s - start < 600 for start in bursts)
        mean = rate * evening * (5 if burst else 1)
        noise = chance.gauss(0, math.sqrt(mean / STEP_S))
        yield max(0.0, mean + noise), (0.5 if burst else 0.2)


def waits(figures: Figures, day: Sequence[tuple[float, float]], workers: int) -> list[float]:
    """How long a comment waits for its turn, in each step of a day, with a number of workers."""
    backlog = 0.0
    found = []
    for coming, hits in day:
        capacity = figures.per_core(hits) * HEADROOM * workers
        backlog = max(0.0, backlog + (coming - capacity) * STEP_S)
        found.append(backlog / capacity)
    return found


def plan(figures: Figures, rate: int) -> Plan:
    """The fewest workers, and two at least, with which 99.9 % of the day waits under a second."""
    day = list(arrivals(rate))
    peak = max(coming for coming, _ in day)
    workers = max(2, int(rate / figures.per_core(0.2)))  # two, so that one may be restarted
    while _p999(found := waits(figures, day, workers)) > 1.0:
        workers = max(workers + 1, math.ceil(workers * 1.02))
    ttl_s = min(7 * DAY_S, max(900, int(20e9 / (figures.verdict_bytes * rate)) // 900 * 900))
    held = rate * ttl_s * (figures.verdict_bytes + 0.8 * figures.score_bytes)
    redis_gib = held / 2**30
    hours = 730
    return Plan(
        rate=rate,
        per_core=figures.per_core(0.2),
        peak=peak,
        workers=workers,
        partitions=max(4, 2 ** math.ceil(math.log2(workers * 2))),
        wait_p999_s=_p999(found),
        wait_max_s=max(found),
        ttl_s=ttl_s,
        redis_gib=redis_gib,
        cost_month=hours * (workers * CORE_HOUR + (redis_gib + workers) * GIB_HOUR),
    )


def section(figures: Figures) -> str:
    """Figures and table as Markdown."""
    lines = [
        f"Measured on {figures.machine}, comments of {figures.comment_chars:.0f} characters on "
        f"average, with {figures.scorer}:",
        "",
        "| one comment | |",
        "|---|---|",
        f"| CPU, text in the cache | {figures.cached_s * 1e6:.0f} µs, so "
        f"{1 / figures.cached_s:,.0f} a second on a core |",
        f"| CPU, text not in the cache | {figures.uncached_s * 1e6:.0f} µs, so "
        f"{1 / figures.uncached_s:,.0f} a second on a core |",
        *(
            f"| of the latter, scorer `{name}` | {seconds * 1e6:.0f} µs for each of the "
            f"{figures.shares[name]:.0%} that reach it |"
            for name, seconds in figures.scorer_s.items()
        ),
        f"| Redis, scores | {figures.score_bytes:.0f} bytes |",
        f"| Redis, verdict | {figures.verdict_bytes:.0f} bytes |",
        "",
        "| comments a second, mean | a second on a core | peak of the day | workers | partitions "
        "| wait, 99.9 % | wait, worst | both TTLs | Redis | a month |",
        "|---|---|---|---|---|---|---|---|---|---|",
    ]
    for rate in RATES:
        p = plan(figures, rate)
        ttl = f"{p.ttl_s / DAY_S:.0f} d" if p.ttl_s >= 2 * DAY_S else f"{p.ttl_s / 3600:g} h"
        lines.append(
            f"| {rate:,} | {p.per_core:,.0f} | {p.peak:,.0f} | {p.workers} | {p.partitions} "
            f"| {p.wait_p999_s:.2f} s | {p.wait_max_s:.1f} s | {ttl} | {p.redis_gib:.1f} GiB "
            f"| {p.cost_month:,.0f} |"
        )
    return "\n".join(lines) + "\n"


def with_section(text: str, figures: Figures) -> str:
    """deploy/SIZING.md with its section made anew."""
    before, rest = text[: text.index(BEGIN) + len(BEGIN)], text[text.index(END) :]
    return f"{before}\n{section(figures)}\n{rest}"


def stored() -> Figures:
    """The figures last measured."""
    return msgspec.json.decode(FIGURES.read_bytes(), type=Figures)


def _p999(values: list[float]) -> float:
    return sorted(values)[int(len(values) * 0.999)]


def main() -> None:
    """Print the table; see the module's docstring for the options."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--measure", action="store_true")
    parser.add_argument("--write", action="store_true")
    parser.add_argument("--quick", action="store_true", help="measure on fewer comments")
    parser.add_argument("--share", action="append", default=[], metavar="SCORER=SHARE")
    parser.add_argument("--json", type=Path)
    options = parser.parse_args()
    if options.measure:
        from tests.benchmarks.sizing_measure import measure

        figures = measure(comments=6_000 if options.quick else 22_000)
        FIGURES.write_bytes(msgspec.json.format(msgspec.json.encode(figures)) + b"\n")
    figures = stored()
    for given in options.share:
        scorer, _, share = given.partition("=")
        figures = figures.with_share(scorer, float(share))
    print(section(figures))
    if options.write:
        PAGE.write_text(with_section(PAGE.read_text("utf-8"), figures), "utf-8")
    if options.json:
        plans = [msgspec.to_builtins(plan(figures, rate)) for rate in RATES]
        result = {"figures": msgspec.to_builtins(figures), "plans": plans}
        options.json.write_text(json.dumps(result, indent=2), "utf-8")


if __name__ == "__main__":
    main()
