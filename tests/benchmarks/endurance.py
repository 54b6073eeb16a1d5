"""Latency at half of the capacity, and memory over many comments: one real worker, one real Kafka.

`python -m tests.benchmarks.endurance [--quick] [--texts FILE] [--json FILE]`. Latency runs from the
producer's timestamp of a comment to the broker's timestamp of its verdict, with the default scorers
and no text twice, for a minute or until the texts are used up. Memory is the worker's resident set,
after a tenth of the comments, and its peak from then on.

Made-up words all leave the cascade early. Of the comments that `--texts` names (lines, or the
column comment_text of a CSV) some need the encoder.
"""

from __future__ import annotations

import argparse
import json
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import islice
from pathlib import Path
from typing import Any
from uuid import uuid4

import psutil
from confluent_kafka import Consumer, Producer, TopicPartition
from rich.console import Console

from tests.benchmarks.stream import PARTITIONS, Contestant, play, texts, worker
from tests.benchmarks.texts import comments as read
from tests.kafka import KafkaServer

STEP_S = 0.01
WARM_UP_S = 10.0
PLAYED = 20_000
"""Comments that the capacity is measured with; fewer of a file that holds fewer."""


@dataclass
class Bench:
    """Fresh topics, and a worker on them."""

    kafka: KafkaServer
    names: tuple[str, str, str]
    process: subprocess.Popen[bytes]
    consumer: Consumer
    producer: Producer

    def read(self, timeout_s: float) -> Iterator[tuple[str, int]]:
        """Ids of verdicts that have come, and their milliseconds on the broker's clock."""
        for message in self.consumer.consume(50_000, timeout_s):
            if message.error() is None:
                yield (message.key() or b"").decode(), message.timestamp()[1]


def start(kafka: KafkaServer) -> Bench:
    name = uuid4().hex[:8]
    names = f"{name}.in", f"{name}.out", f"{name}.dlq"
    stamped: dict[str, Any] = {"message.timestamp.type": "LogAppendTime"}
    kafka.create_topics(*names, partitions=PARTITIONS, **stamped)
    arguments, variables = worker(kafka.bootstrap)(*names)
    process = subprocess.Popen([sys.executable, *arguments], env={**os.environ, **variables})
    consumer = Consumer({"bootstrap.servers": kafka.bootstrap, "group.id": name})
    consumer.assign([TopicPartition(names[1], partition, 0) for partition in range(PARTITIONS)])
    producer = Producer({"bootstrap.servers": kafka.bootstrap, "linger.ms": 1})
    return Bench(kafka, names, process, consumer, producer)


def latency(kafka: KafkaServer, source: Iterator[str], per_s: float, seconds: float) -> list[float]:
    """Milliseconds from produced to confirmed, sorted, at a steady rate."""
    bench = start(kafka)
    sent: dict[str, float] = {}
    waits: list[float] = []
    try:
        bench.producer.produce(bench.names[0], b'{"id":"first","text":"x"}', "first")
        bench.producer.flush()
        while not list(bench.read(0.5)):
            pass
        begin = time.time()
        comments = enumerate(source)
        going = True
        while going or sent:
            passed_s = time.time() - begin
            due = max(0, int(passed_s * per_s) - len(sent) - len(waits)) if going else 0
            batch = list(islice(comments, due))
            for number, text in batch:
                key = f"c{number}"
                sent[key] = time.time() * 1_000
                bench.producer.produce(bench.names[0], json.dumps({"id": key, "text": text}), key)
            going = going and len(batch) == due and passed_s < seconds + WARM_UP_S
            bench.producer.poll(0)
            for key, stamp in bench.read(STEP_S):
                at = sent.pop(key, None)
                if at is not None:
                    waits.append(stamp - at)
        return sorted(waits[int(WARM_UP_S * per_s) :])
    finally:
        bench.process.terminate()
        bench.process.wait(60)
        bench.consumer.close()


def memory(kafka: KafkaServer, comments: int) -> dict[str, float]:
    """The worker's MiB after a tenth of the comments, and its peak from then on."""
    bench = start(kafka)
    watched = psutil.Process(bench.process.pid)
    produced = confirmed = 0
    first = most = 0.0
    source = texts(comments, None)
    try:
        while confirmed < comments:
            while produced < comments and produced - confirmed < 20_000:
                key = f"c{produced}"
                bench.producer.produce(
                    bench.names[0], json.dumps({"id": key, "text": next(source)}), key
                )
                produced += 1
                if produced % 1_000 == 0:
                    bench.producer.poll(0)
            confirmed += sum(1 for _ in bench.read(0.2))
            mib = watched.memory_info().rss / 2**20
            if confirmed <= comments // 10:
                first = mib
            most = max(most, mib)
        return {"comments": comments, "first_mib": first, "most_mib": most, "ratio": most / first}
    finally:
        bench.process.terminate()
        bench.process.wait(60)
        bench.consumer.close()


def at_half_capacity(kafka: KafkaServer, given: list[str], seconds: float) -> dict[str, float]:
    """The highest rate in comments a second, and latency percentiles in ms at half of it."""
    uncached = Contestant("worker, uncached", None, worker(kafka.bootstrap))
    played = given[: len(given) // 4]
    capacity = play(kafka.bootstrap, uncached, len(played) or PLAYED, played).per_s
    source = iter(given[len(played) :] or texts(10**9, None))
    waits = latency(kafka, source, capacity / 2, seconds)
    percentiles = {f"p{p}_ms": waits[len(waits) * p // 100] for p in (50, 95, 99)}
    return {"capacity_per_s": capacity, **percentiles, "comments": len(waits)}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--quick", action="store_true", help="few comments, few seconds")
    parser.add_argument("--json", type=Path, help="write the figures here")
    parser.add_argument(
        "--comments", type=int, default=2_000_000, help="for memory; 0: only latency"
    )
    parser.add_argument("--texts", type=Path, help="measure latency on these comments, too")
    options = parser.parse_args()
    sets: dict[str, list[str]] = {"made-up words": []}
    if options.texts:
        sets["comments"] = read(options.texts, 10**9)
    comments = 100_000 if options.quick else options.comments
    seconds = 10 if options.quick else 60
    found: dict[str, object] = {}
    with tempfile.TemporaryDirectory() as folder:
        kafka = KafkaServer(Path(folder)).start()
        try:
            for name, given in sets.items():
                found[name] = at_half_capacity(kafka, given, seconds)
                print(name, found[name], flush=True)
            if comments:
                found["memory"] = memory(kafka, comments)
        finally:
            kafka.stop()
    Console().print_json(json.dumps(found))
    if options.json:
        options.json.write_text(json.dumps(found, indent=2) + "\n")


if __name__ == "__main__":
    main()
