"""What texts made to be slow, and a gap in the log, do to a worker with default settings.

`python -m tests.benchmarks.pressure [--records 20000000] [--json FILE]`, on a real Kafka.

- Slow texts: 60 of 65,000 bytes and 100 ordinary comments come at once. How long until every
  ordinary one, and until all, have their verdict?
- Gaps: many tiny records come after what the group has committed. Retention deletes them before
  they are read, or their transaction is aborted. How large does the worker get (its resident set,
  at most and at the end) while it passes them, and without any?
"""

from __future__ import annotations

import argparse
import json
import os
import random
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import psutil
from confluent_kafka import OFFSET_END, TopicPartition
from confluent_kafka.admin import AdminClient

from tests import strange_records
from tests.benchmarks.reporting import report
from tests.benchmarks.stream import worker
from tests.benchmarks.texts import comments
from tests.fuzz.slow import text_of
from tests.integration.ledger import Ledger
from tests.kafka import KafkaServer

TOPICS = ("comments", "verdicts", "comments.dlq")
SLOW_BYTES = 65_000
SLOW, ORDINARY = 60, 100
LIMIT_S = 600.0
_SETTLE_S = 5.0
_FRAGMENTS = (
    "[b]f[/b][i]u[/i]", "f.u-c_k*s/h|i\t", "u" * 4_000, "a. ", "<b>f</b><i>u</i>ck ", "f4ck$h1t",
)  # fmt: skip


@contextmanager
def running(bootstrap: str, **more: str) -> Iterator[psutil.Process]:
    """A worker, ended with the context."""
    arguments, variables = worker(bootstrap)(*TOPICS)
    named = {f"MODERATOR_{name}": value for name, value in more.items()}
    process = subprocess.Popen(
        [sys.executable, *arguments], env={**os.environ, **variables, **named}
    )
    try:
        yield psutil.Process(process.pid)
    finally:
        process.terminate()
        process.wait(60)


def judged(ledger: Ledger, texts: Iterable[tuple[str, str]]) -> dict[str, float]:
    """Id → seconds from the last text produced to its outcome."""
    texts = list(texts)
    ledger.produce((key, json.dumps({"id": key, "text": text}).encode()) for key, text in texts)
    ledger.flush()
    start = time.monotonic()
    waits: dict[str, float] = {}
    while len(waits) < len(texts) and time.monotonic() - start < LIMIT_S:
        for key in ledger.read(0.05):
            waits.setdefault(key, time.monotonic() - start)
    return waits


def slow_texts(bootstrap: str, ledger: Ledger) -> dict[str, Any]:
    """Seconds until the outcomes, and how many there were."""
    slow = [
        (f"slow{number}", text_of([f"{number} ", _FRAGMENTS[number % len(_FRAGMENTS)]], SLOW_BYTES))
        for number in range(SLOW)
    ]
    ordinary = [(f"plain{number}", text) for number, text in enumerate(comments(None, ORDINARY))]
    both = slow + ordinary
    random.Random(1).shuffle(both)
    with running(bootstrap) as process:
        judged(ledger, [("first", "good morning")])
        waits = judged(ledger, both)
        mib = process.memory_info().rss / 2**20
    plain = [wait for key, wait in waits.items() if key.startswith("plain")]
    return {
        "outcomes": len(waits), "all_s": max(waits.values()), "ordinary": len(plain),
        "ordinary_s": max(plain), "mib": mib,
    }  # fmt: skip


def gap(bootstrap: str, ledger: Ledger, records: int, kind: str) -> dict[str, Any]:
    """The worker's MiB while it passes records that were deleted or aborted, and how long it takes.

    The kind "no" writes none.
    """
    after = [(f"{kind}{number}", text) for number, text in enumerate(comments(None, 1_000))]
    with running(bootstrap):
        judged(ledger, [(f"before {kind}", "good morning")])
    if kind != "no":
        strange_records.flood(bootstrap, "comments", records, aborted=kind == "aborted")
    if kind == "deleted":
        admin = AdminClient({"bootstrap.servers": bootstrap})
        for future in admin.delete_records([TopicPartition("comments", 0, OFFSET_END)]).values():
            future.result(60)
    with running(bootstrap, STREAM__ON_LOST_OFFSETS="earliest") as process:
        start = time.monotonic()
        waits = judged(ledger, after)
        seconds = time.monotonic() - start
        time.sleep(_SETTLE_S)
        peak, end = (_mib(process.pid, field) for field in ("VmHWM", "VmRSS"))
    return {
        "records": records, "outcomes": len(waits), "peak_mib": peak, "end_mib": end,
        "seconds": seconds,
    }  # fmt: skip


def _mib(pid: int, field: str) -> float:
    """A size that Linux keeps of a process, such as VmHWM, its largest resident set."""
    lines = Path(f"/proc/{pid}/status").read_text().splitlines()
    return int(dict(line.split(":", 1) for line in lines)[field].split()[0]) / 1024


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--records", type=int, default=20_000_000, help="in the gap")
    parser.add_argument("--json", type=Path, help="write the figures here")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        kafka = KafkaServer(Path(folder)).start()
        try:
            kafka.create_topics(*TOPICS, partitions=1)
            ledger = Ledger(kafka.bootstrap, *TOPICS)
            slow = slow_texts(kafka.bootstrap, ledger)
            print(f"slow texts: {slow}", file=sys.stderr, flush=True)
            gaps = {
                kind: gap(kafka.bootstrap, ledger, options.records, kind)
                for kind in ("no", "deleted", "aborted")
            }
            ledger.close()
        finally:
            kafka.stop()
    found = {"slow_texts": slow, "gaps": gaps, "load": os.getloadavg()[0]}
    rows = (
        ("outcomes of 160 comments, 60 of them slow", f"{slow['outcomes']}"),
        ("until the last of 100 ordinary ones", f"{slow['ordinary_s']:.1f} s"),
        ("until all", f"{slow['all_s']:.1f} s"),
        ("records of a gap", f"{options.records:,}"),
        *(
            (
                f"{kind} records before {one['outcomes']:,} comments: memory at most; at the end",
                f"{one['peak_mib']:.0f} MiB; {one['end_mib']:.0f} MiB",
            )
            for kind, one in gaps.items()
        ),
    )
    table = "\n".join(
        ("| | |", "| --- | --- |", *(f"| {name} | {value} |" for name, value in rows))
    )
    report(found, table, options.json)


if __name__ == "__main__":
    main()
