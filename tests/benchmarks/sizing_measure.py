"""CPU and Redis memory of one comment, from a real worker with a real Redis."""

from __future__ import annotations

import json
import os
import platform
import random
import re
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

import redis
from confluent_kafka import Producer

from moderator.monitor.scrape import Scrape, fetch
from moderator.package import shipped
from tests.benchmarks.sizing import Figures
from tests.integration.live import worker_with_redis

WARM = 2_000
IDLE_S = 8
CHUNK = 10_000
"""Most comments in flight: the embedded broker forgets what exceeds 5 MiB a partition."""


def measure(comments: int) -> Figures:
    """Send `count` new comments, then the same again under other ids."""
    texts = list(_texts(comments))
    os.environ["MODERATOR_SCORERS__THREADS"] = "1"  # one core's work is wanted
    with (
        tempfile.TemporaryDirectory() as folder,
        worker_with_redis(Path(folder)) as (broker, address, url),
        redis.Redis.from_url(url) as server,
    ):
        _send(broker, address, texts[:WARM], "warm", 0)  # what is loaded on first use
        server.flushall()
        empty = _used(server)
        uncached_s = _send(broker, address, texts[WARM:], "new", WARM)
        both = (_used(server) - empty) / (comments - WARM)
        keys = list(server.scan_iter("moderator:score:*", count=1000))
        before = _used(server)
        for start in range(0, len(keys), 1000):
            server.delete(*keys[start : start + 1000])
        score_bytes = (before - _used(server)) / len(keys)
        judged = _scrape(address)
        cached_s = _send(broker, address, texts[WARM:], "again", comments)
    documents = _by(judged, "moderator_scorer_documents_total", "scorer")
    spent_s = _by(judged, "moderator_stage_seconds_sum", "stage")
    # Scorers are timed by the wall clock, which runs on while others have the core: what a new
    # text costs more is shared out in its proportions instead.
    wall_s = {name: spent_s[f"scorer_{name}"] for name in documents}
    wall_s["compact"] -= wall_s.get("compact_encoder", 0.0)
    scale = (uncached_s - cached_s) * max(documents.values()) / sum(wall_s.values())
    return Figures(
        machine=f"{os.cpu_count()} cores, {_cpu()}, Python {platform.python_version()}",
        cached_s=cached_s,
        uncached_s=uncached_s,
        score_bytes=score_bytes,
        verdict_bytes=both - score_bytes,
        comment_chars=sum(map(len, texts)) / len(texts),
        shares={name: count / max(documents.values()) for name, count in documents.items()},
        scorer=_scorer(judged),
        scorer_s={name: wall_s[name] * scale / n for name, n in documents.items()},
    )


def _texts(count: int) -> Iterator[str]:
    """Comments of one to five sentences of the seeds, each unlike the others."""
    seeds = " ".join(path.read_text("utf-8") for path in shipped("seeds").glob("*.txt"))
    sentences = [found for found in re.split(r"(?<=[.?!])\s+", seeds) if found]
    chance = random.Random(1)
    for number in range(count):
        yield " ".join(chance.choices(sentences, k=chance.randint(1, 5))) + f" {number}"


def _send(broker: str, address: str, texts: list[str], prefix: str, before: int) -> float:
    """CPU seconds of the worker for each of these comments, in the best of several chunks.

    Whoever else has the machine makes the same work cost more, never less.
    """
    producer = Producer({"bootstrap.servers": broker, "linger.ms": 5})
    costs = []
    idle = _idle(address)
    for first in range(0, len(texts), CHUNK):
        chunk = texts[first : first + CHUNK]
        start = _scrape(address)
        for number, text in enumerate(chunk, first):
            value = json.dumps({"id": f"{prefix}-{number}", "text": text})
            producer.produce("comments", value, key=f"{prefix}-{number}")
        producer.flush(60)
        _await(address, before + first + len(chunk))
        end = _scrape(address)
        spent_s = _cpu_s(end) - _cpu_s(start) - idle * (end.at_s - start.at_s)
        costs.append(spent_s / len(chunk))
    return min(costs)


def _idle(address: str) -> float:
    """CPU seconds in a second of a worker that nobody sends anything, looks at it included."""
    start = _scrape(address)
    for _ in range(IDLE_S):
        time.sleep(1)
        end = _scrape(address)
    return (_cpu_s(end) - _cpu_s(start)) / (end.at_s - start.at_s)


def _await(address: str, comments: int) -> None:
    deadline = time.monotonic() + 300
    while _judged(_scrape(address)) < comments:
        if time.monotonic() > deadline:
            raise TimeoutError(f"{comments} comments are not judged after five minutes")
        time.sleep(1)  # each look costs the worker some of the CPU that is measured


def _scrape(address: str) -> Scrape:
    found = fetch(address, 30.0)
    if found is None:
        raise ConnectionError("the worker does not answer")
    return found


def _judged(scrape: Scrape) -> float:
    return sum(scrape.of("moderator_comments_total").values())


def _cpu_s(scrape: Scrape) -> float:
    return sum(scrape.of("process_cpu_seconds_total").values())


def _by(scrape: Scrape, metric: str, label: str) -> dict[str, float]:
    return {dict(labels)[label]: value for labels, value in scrape.of(metric).items()}


def _scorer(scrape: Scrape) -> str:
    (labels,) = [
        found
        for found in map(dict, scrape.of("moderator_build_info"))
        if found["component"] == "scorer"
    ]
    return f"{labels['name']} {labels['version']}"


def _used(server: redis.Redis) -> int:
    info = server.info("memory")
    assert isinstance(info, dict)
    return int(info["used_memory"])


def _cpu() -> str:
    for line in Path("/proc/cpuinfo").read_text("utf-8").splitlines():
        if line.startswith("model name"):
            return line.split(":", 1)[1].strip()
    return platform.machine()
