"""Comments a second through the worker and bare Faust: `python -m tests.benchmarks.stream`.

Every contestant finds the same comments on a topic of a real Apache Kafka (KAFKA_HOME) and works
them off as a process of its own. The rate is taken from the broker's own timestamps of what comes
out, from a tenth of the way to the end, so start-up and warm-up do not count. Rounds alternate
between contestants; the table shows the median round.

`--policy FILE` compares only the cached worker, with that policy file and with the shipped one.

`--core-share 0.4` holds every worker process to that share of a core (needs root): where broker,
load and workers share few cores, this is what shows whether two processes do the work of two.
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
from collections.abc import Callable, Iterable, Iterator
from contextlib import ExitStack
from dataclasses import dataclass
from itertools import islice
from pathlib import Path
from statistics import median
from uuid import uuid4

import psutil
from confluent_kafka import Consumer, Producer, TopicPartition
from confluent_kafka.admin import AdminClient
from confluent_kafka.cimpl import NewTopic
from rich.console import Console
from rich.table import Table

from moderator.http.ports import free_port
from tests.benchmarks.cpu_share import held_to, within
from tests.kafka import KafkaServer

PARTITIONS = 4
DISTINCT = 500
WORDS = [f"word{n}" for n in range(2_000)]
WAIT_S = 600


@dataclass(frozen=True)
class Contestant:
    """A way to work a topic off; `command` is given topics and a group's name."""

    name: str
    distinct: int | None
    """How many different texts there are; None: all differ."""
    command: Callable[[str, str, str], tuple[list[str], dict[str, str]]]
    cores: float | None = None
    """What its processes may use together; None: what there is."""


def texts(count: int, distinct: int | None) -> Iterator[str]:
    chance = random.Random(5)
    known = [" ".join(chance.choices(WORDS, k=20)) for _ in range(distinct or 0)]
    for number in range(count):
        yield known[number % distinct] if distinct else " ".join(chance.choices(WORDS, k=20))


def bare(bootstrap: str) -> Callable[[str, str, str], tuple[list[str], dict[str, str]]]:
    def command(source: str, sink: str, _: str) -> tuple[list[str], dict[str, str]]:
        return ["-m", "tests.benchmarks.bare_faust", bootstrap, source, sink], {}

    return command


def worker(
    bootstrap: str, *options: str, policy: Path | None = None
) -> Callable[..., tuple[list[str], dict[str, str]]]:
    def command(source: str, sink: str, dead_letters: str) -> tuple[list[str], dict[str, str]]:
        variables = {
            "KAFKA__BOOTSTRAP_SERVERS": bootstrap,
            "TOPICS__COMMENTS": source,
            "TOPICS__VERDICTS": sink,
            "TOPICS__DEAD_LETTERS": dead_letters,
            "STREAM__GROUP": source,
            "HTTP__PORT": str(free_port()),
        }
        if policy is not None:
            variables["POLICY"] = str(policy.absolute())
        named = {f"MODERATOR_{key}": value for key, value in variables.items()}
        return ["-m", "moderator", "worker", *options], named

    return command


@dataclass(frozen=True)
class Round:
    """What one round came to. CPU time hardly depends on what else the machine does."""

    per_s: float
    cpu_us: float
    """Microseconds of CPU time a comment, of the contestant's processes."""


def play(
    bootstrap: str, contestant: Contestant, comments: int, source_texts: Iterable[str] = ()
) -> Round:
    """One round, of made-up texts or of as many of the given ones."""
    name = uuid4().hex[:8]
    source, sink, dead_letters = f"{name}.in", f"{name}.out", f"{name}.dlq"
    admin = AdminClient({"bootstrap.servers": bootstrap})
    stamped = {"message.timestamp.type": "LogAppendTime"}
    topics = [NewTopic(t, PARTITIONS, 1, config=stamped) for t in (source, sink, dead_letters)]
    for future in admin.create_topics(topics).values():
        future.result(30)
    producer = Producer({"bootstrap.servers": bootstrap, "linger.ms": 20})
    made = source_texts or texts(comments, contestant.distinct)
    for number, text in enumerate(islice(made, comments)):
        key = f"c{number}"
        producer.produce(source, json.dumps({"id": key, "text": text}), key)
        if number % 1_000 == 0:
            producer.poll(0)
    producer.flush()
    arguments, variables = contestant.command(source, sink, dead_letters)
    command = [sys.executable, *arguments]
    with ExitStack() as stack:
        if contestant.cores:
            command = within(stack.enter_context(held_to(contestant.cores)), command)
        process = subprocess.Popen(command, env={**os.environ, **variables})
        try:
            stamps, cpu_us = arrivals(bootstrap, sink, comments, psutil.Process(process.pid))
        finally:
            process.terminate()
            process.wait(60)
    admin.delete_topics([source, sink, dead_letters])
    first = comments // 10
    return Round((comments - first) / ((stamps[-1] - stamps[first]) / 1_000), cpu_us)


def arrivals(
    bootstrap: str, sink: str, comments: int, process: psutil.Process
) -> tuple[list[int], float]:
    """Milliseconds at which the broker took each record of `sink`, sorted; CPU time a comment."""
    consumer = Consumer({"bootstrap.servers": bootstrap, "group.id": sink})
    consumer.assign([TopicPartition(sink, partition, 0) for partition in range(PARTITIONS)])
    stamps: list[int] = []
    warm: tuple[int, float] | None = None
    deadline = time.monotonic() + WAIT_S
    while len(stamps) < comments and time.monotonic() < deadline:
        # ThrottleFilter and in bulk, so that the yardstick takes little of the machine.
        time.sleep(0.2)
        found = consumer.consume(100_000, 0.1)
        stamps += [message.timestamp()[1] for message in found if message.error() is None]
        if warm is None and len(stamps) >= comments // 10:
            warm = len(stamps), cpu_s(process)
    used_s = cpu_s(process)
    consumer.close()
    if warm is None or len(stamps) < comments:
        raise RuntimeError(f"{len(stamps)} of {comments} came out within {WAIT_S} s")
    return sorted(stamps), (used_s - warm[1]) / max(1, comments - warm[0]) * 1e6


def cpu_s(process: psutil.Process) -> float:
    """Seconds of CPU time of a process and its children."""
    times = [one.cpu_times() for one in (process, *process.children(recursive=True))]
    return float(sum(one.user + one.system for one in times))


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--quick", action="store_true", help="one short round")
    parser.add_argument("--json", type=Path, help="write the figures here")
    parser.add_argument("--comments", type=int, help="comments a round")
    parser.add_argument("--policy", type=Path, help="another policy file, for one comparison")
    parser.add_argument("--core-share", type=float, help="of a core, for each process")
    options = parser.parse_args()
    comments = options.comments or (8_000 if options.quick else 40_000)
    rounds = 1 if options.quick else 3
    with tempfile.TemporaryDirectory() as folder:
        kafka = KafkaServer(Path(folder)).start()
        try:
            contestants = (
                with_policy(kafka.bootstrap, options.policy)
                if options.policy
                else all_of(kafka.bootstrap, options.core_share)
            )
            figures = measure(kafka.bootstrap, contestants, comments, rounds)
        finally:
            kafka.stop()
    show(figures, ratios_of(figures), options.core_share, options.json)


def all_of(bootstrap: str, share: float | None = None) -> tuple[Contestant, ...]:
    one, two = share, share and 2 * share
    pair = worker(bootstrap, "--processes", "2")
    return (
        Contestant("bare Faust", DISTINCT, bare(bootstrap), one),
        Contestant("worker, cached", DISTINCT, worker(bootstrap), one),
        Contestant("worker, uncached", None, worker(bootstrap), one),
        Contestant("2 processes, cached", DISTINCT, pair, two),
        Contestant("2 processes, uncached", None, pair, two),
    )


def with_policy(bootstrap: str, policy: Path) -> tuple[Contestant, ...]:
    return (
        Contestant("worker, cached", DISTINCT, worker(bootstrap)),
        Contestant(f"the same, {policy.name}", DISTINCT, worker(bootstrap, policy=policy)),
    )


def measure(
    bootstrap: str, contestants: Iterable[Contestant], comments: int, rounds: int
) -> dict[str, Round]:
    contestants = tuple(contestants)
    played: dict[str, list[Round]] = {contestant.name: [] for contestant in contestants}
    for _ in range(rounds):
        for contestant in contestants:
            played[contestant.name].append(play(bootstrap, contestant, comments))
    return {
        name: Round(median(one.per_s for one in found), median(one.cpu_us for one in found))
        for name, found in played.items()
    }


def ratios_of(found: dict[str, Round]) -> dict[str, float]:
    figures = {name: one.per_s for name, one in found.items()}
    if "bare Faust" not in figures:
        plain, other = found.values()
        return {
            "policy_vs_shipped": other.per_s / plain.per_s,
            "policy_vs_shipped_by_cpu": plain.cpu_us / other.cpu_us,
        }
    yardstick = figures["bare Faust"]
    return {
        "cached_vs_bare_faust": figures["worker, cached"] / yardstick,
        "uncached_vs_bare_faust": figures["worker, uncached"] / yardstick,
        "two_processes_vs_one": figures["2 processes, cached"] / figures["worker, cached"],
        "two_processes_vs_one_uncached": (
            figures["2 processes, uncached"] / figures["worker, uncached"]
        ),
    }


def show(
    found: dict[str, Round], ratios: dict[str, float], share: float | None, file: Path | None
) -> None:
    figures = {name: one.per_s for name, one in found.items()}
    first, yardstick = next(iter(figures.items()))
    table = Table("", "comments/s", f"of {first}", "CPU µs a comment")
    for name, one in found.items():
        ratio = f"{one.per_s / yardstick:.2f}"
        table.add_row(name, f"{one.per_s:,.0f}", ratio, f"{one.cpu_us:,.0f}")
    Console().print(table)
    if file:
        cpu_us = {name: one.cpu_us for name, one in found.items()}
        written = {
            "cores": os.cpu_count(), "core_share": share,
            "comments_per_s": figures, "cpu_us": cpu_us, "ratios": ratios,
        }  # fmt: skip
        file.write_text(json.dumps(written, indent=2) + "\n")


if __name__ == "__main__":
    main()
