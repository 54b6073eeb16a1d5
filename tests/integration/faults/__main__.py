"""The long run: `python -m tests.integration.faults --faults 1000 --seed 1`."""

from __future__ import annotations

import argparse
import math
import sys
import tempfile
import time
from pathlib import Path

from rich.console import Console
from rich.table import Table

from tests.integration.faults.run import Tally, run
from tests.integration.ledger import Ledger

_TOTALS_EVERY = 25


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m tests.integration.faults", description=__doc__)
    parser.add_argument("--faults", type=int, default=1_000)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--every-s", type=float, default=1.5, help="seconds between two faults")
    parser.add_argument("--minutes", type=float, default=math.inf, help="no fault after that time")
    parser.add_argument("--folder", type=Path, help="keep servers' and workers' logs here")
    given = parser.parse_args()

    def report(number: int, fault: str, ledger: Ledger) -> None:
        line = f"{time.strftime('%H:%M:%S')} {number + 1}/{given.faults} {fault}"
        if number % _TOTALS_EVERY == _TOTALS_EVERY - 1:
            line += (
                f"; {len(ledger.produced):,} produced, {len(ledger.verdicts):,} verdicts, "
                f"{len(ledger.dead_letters):,} dead letters, {len(ledger.missing):,} under way"
            )
        sys.stderr.write(f"{line}\n")
        sys.stderr.flush()

    with tempfile.TemporaryDirectory() as temporary:
        folder = given.folder or Path(temporary)
        folder.mkdir(parents=True, exist_ok=True)
        found = run(folder, given.faults, given.seed, given.every_s, report, 60 * given.minutes)
    show(found)
    sys.exit(1 if found.missing else 0)


def show(found: Tally) -> None:
    """Print the ledger."""
    table = Table("", "", title=f"{found.faults.total():,} faults in {found.seconds / 60:.0f} min")
    for name, value in (
        ("produced", f"{found.produced:,}"),
        ("verdicts", f"{found.verdicts:,}"),
        ("dead letters", f"{found.dead_letters:,}"),
        ("not confirmed by the broker", f"{found.refused:,}"),
        ("duplicates", f"{found.duplicates:,}"),
        ("missing", f"{len(found.missing):,}"),
        ("wait for a verdict, p50", f"{found.p50_wait_s:.2f} s"),
        ("wait for a verdict, p99", f"{found.p99_wait_s:.1f} s"),
        ("worst time to recover", f"{found.worst_wait_s:.1f} s"),
    ):
        table.add_row(name, value)
    console = Console(width=100)
    console.print(table)
    console.print(", ".join(f"{fault} {count}" for fault, count in sorted(found.faults.items())))
    console.print(", ".join(f"{code}: {count}" for code, count in sorted(found.codes.items())))
    for message, count in found.errors.most_common():
        console.print(f"{count} times: {message}", markup=False)
    if found.missing:
        console.print("missing:", sorted(found.missing)[:20])


if __name__ == "__main__":
    main()
