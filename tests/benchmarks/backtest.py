"""Stored verdicts a second through `moderator backtest`: `python -m tests.benchmarks.backtest`.

The shipped policy is tried with other thresholds on made-up verdicts in a file: read, decided again
on their stored scores and counted, on one core. The rate is by CPU time, which hardly depends on
what else the machine does; `--json FILE` writes it.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import random
import tempfile
from pathlib import Path
from statistics import median
from time import perf_counter, process_time

from moderator.backtest.run import Backtest
from moderator.backtest.sample import Sample
from moderator.backtest.sides import sides_of
from moderator.errors import RowError
from moderator.package import shipped
from moderator.policy import Policies
from moderator.records import Component, Scored, Verdict, to_json
from moderator.replay.files import open_rows
from moderator.replay.readers import read_rows_or_verdicts
from moderator.replay.rows import Columns
from moderator.settings import Settings

ROUNDS = 5
HELD = 0.1
"""About this share of the verdicts is held."""
LABELS = (
    "toxicity", "severe_toxicity", "obscene", "threat", "insult", "identity_attack", "profanity",
)  # fmt: skip


def write_verdicts(file: Path, count: int) -> None:
    """Verdicts as a worker publishes them, by the shipped policy, in four communities."""
    chance = random.Random(7)
    policy, component = Policies.load(shipped("config/policy.toml")).of(None)
    with file.open("wb") as out:
        for number in range(count):
            worst = chance.uniform(0.3, 1.0) if chance.random() < HELD else chance.uniform(0, 0.2)
            scores = {label: round(worst * chance.uniform(0.3, 1.0), 4) for label in LABELS}
            decision = policy.decide(Scored(scores))
            verdict = Verdict(
                id=f"comment-{number}", action=decision.action, reasons=decision.reasons,
                scores=scores, matches=(), scorer=Component("lexicon+compact", "0123456789ab"),
                policy=component, cached=False, degraded=False,
                scored_at="2026-11-25T10:00:00.000+00:00", latency_ms=1.234, language="en",
                language_probability=0.98, community=chance.choice(["games", "news", "sport", "x"]),
            )  # fmt: skip
            out.write(to_json(verdict) + b"\n")


def stricter(policy: str) -> str:
    """The policy with all thresholds at 90 %."""
    lines = []
    for line in policy.splitlines():
        label, _, value = line.partition(" = ")
        lines.append(f"{label} = {float(value) * 0.9:.4f}" if label in LABELS else line)
    return "\n".join(lines) + "\n"


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--count", type=int, default=200_000, help="verdicts in the file")
    parser.add_argument("--json", type=Path, help="write the figures here")
    given = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        file, policy = Path(folder) / "verdicts.jsonl", Path(folder) / "stricter.toml"
        write_verdicts(file, given.count)
        policy.write_text(stricter(shipped("config/policy.toml").read_text("utf-8")), "utf-8")
        rounds = [tried(file, policy) for _ in range(ROUNDS)]
    cpu_s = median(cpu for cpu, _, _ in rounds)
    figures = {
        "verdicts": given.count,
        "changed": rounds[0][2],
        "per_cpu_s": given.count / cpu_s,
        "per_s": given.count / median(wall for _, wall, _ in rounds),
    }
    print(
        f"{given.count:,} verdicts, {figures['changed']:,} change: "
        f"{figures['per_cpu_s']:,.0f} a second of one core ({figures['per_s']:,.0f} a second)"
    )
    if given.json:
        given.json.write_text(json.dumps(figures, indent=1) + "\n", "utf-8")


def tried(file: Path, policy: Path) -> tuple[float, float, int]:
    """Seconds of CPU time, seconds, and how many comments change."""
    settings = Settings()
    cpu, start = process_time(), perf_counter()
    sides = sides_of(policy, None, settings, [Policies.load(settings.policy)])
    backtest = Backtest(sides, Sample(5), on_error=refuse)
    rows = open_rows([str(file)], None, Columns(), read=read_rows_or_verdicts)
    asyncio.run(backtest.run(rows, settings.stream.batch_size))
    return process_time() - cpu, perf_counter() - start, backtest.diff.changed


def refuse(error: RowError) -> None:
    raise error


if __name__ == "__main__":
    main()
