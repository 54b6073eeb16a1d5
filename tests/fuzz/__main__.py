"""`python -m tests.fuzz --inputs 1000000 --seed 1`."""

from __future__ import annotations

import argparse
import asyncio

from rich.console import Console

from tests.fuzz.run import BATCH, run


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m tests.fuzz", description=__doc__)
    parser.add_argument("--inputs", type=int, default=100_000)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--wild", action="store_true", help="The other generator of records.")
    given = parser.parse_args()
    found = asyncio.run(run(given.inputs, given.seed, wild=given.wild))
    Console().print(
        f"{given.inputs:,} records in {found.seconds:.0f} s: {found.verdicts:,} verdicts, "
        f"{found.dead_letters.total():,} dead letters\n{dict(found.dead_letters.most_common())}\n"
        f"slowest batch of {BATCH}: {found.slowest_batch_s * 1000:.0f} ms; memory "
        f"{found.start_mib:.0f} MiB after the first records, {found.peak_mib:.0f} MiB at peak"
    )


if __name__ == "__main__":
    main()
