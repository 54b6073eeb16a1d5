"""A comment that was produced ends as exactly one of: verdict, dead letter."""

from __future__ import annotations

import json
import random
import time
from collections.abc import Iterator
from functools import partial

import pytest
import redis

from tests.integration.conftest import Stage
from tests.integration.workers import WorkerProcess
from tests.servers import RedisServer
from tests.waiting import eventually

WORDS = ("a", "reader", "says", "this", "and", "that", "about", "weather", "games", "bread", "news")


def sound(key: str, text: str) -> tuple[str, bytes]:
    return key, json.dumps({"id": key, "text": text}).encode()


def numbered(count: int, prefix: str = "c") -> Iterator[tuple[str, bytes]]:
    return (sound(f"{prefix}{n}", f"{prefix} comment number {n}") for n in range(count))


def across(workers: list[WorkerProcess], name: str) -> float:
    return sum(worker.metric(name) for worker in workers)


@pytest.mark.timeout(300)
def test_five_thousand_comments_through_two_workers(
    stage: Stage, redis_server: RedisServer
) -> None:
    chance = random.Random(3)
    fresh = [f"{' '.join(chance.choices(WORDS, k=12))} {n}" for n in range(3_800)]
    texts = fresh + chance.choices(fresh, k=1_000)
    records = [sound(f"c{n}", text) for n, text in enumerate(texts)]
    bad = (b"{", b"[1]", b"\xff", b'{"id":"x"}', b'{"id":[],"text":"x"}')
    records += [(f"bad{n}", bad[n % 5]) for n in range(200)]
    chance.shuffle(records)

    variables = {"CACHE__BACKEND": "redis", "CACHE__URL": redis_server.url}
    variables["SCORERS__USE"] = '["compact"]'
    workers = [stage.start(**variables) for _ in range(2)]
    for worker in workers:
        worker.ready()
    stage.ledger.produce(records)
    stage.ledger.flush()
    stage.ledger.settle()

    assert stage.ledger.verdicts.keys() == {f"c{n}" for n in range(4_800)}
    assert stage.ledger.dead_letters.keys() == {f"bad{n}" for n in range(200)}
    shares = [worker.metric("moderator_comments_total") for worker in workers]
    assert sum(shares) == 4_800
    assert min(shares) > 1_000
    for name, total in (
        ("moderator_dead_letters_total", 200.0),
        ("moderator_end_to_end_seconds_count", 4_800.0),
        ("moderator_consumer_lag_messages", 0.0),
    ):
        # A verdict can be read before its worker has counted its confirmation.
        assert eventually(partial(across, workers, name), total) == total
    with redis.Redis.from_url(redis_server.url) as client:
        verdicts = set(client.scan_iter("moderator:verdict:*", count=1_000))
        assert verdicts == {f"moderator:verdict:c{n}".encode() for n in range(4_800)}
        assert len(set(client.scan_iter("moderator:score:*", count=1_000))) == 3_800
    assert [worker.terminate() for worker in workers] == [0, 0]
    stage.ledger.read_all()
    assert stage.ledger.duplicates == 0


def kill_in_mid_batch(stage: Stage, *options: str) -> None:
    """3,000 comments, a slow worker that is killed after the first verdicts, and a successor.

    In the end all are acknowledged, and all that came out of them is read.
    """
    stage.ledger.produce(numbered(3_000))
    stage.ledger.flush()
    first = stage.start(stub=("--delay-s", "0.3", *options), STREAM__BATCH_SIZE="50")
    deadline = time.monotonic() + 60
    while len(stage.ledger.verdicts) < 200 and time.monotonic() < deadline:
        stage.ledger.read()
    assert len(stage.ledger.verdicts) >= 200
    first.kill()
    second = stage.start(stub=options)
    assert eventually(lambda: stage.ledger.all_acknowledged(stage.group), True)
    assert second.terminate() == 0
    stage.ledger.read_all()


@pytest.mark.timeout(300)
def test_a_worker_killed_in_mid_batch_loses_nothing(stage: Stage) -> None:
    kill_in_mid_batch(stage)
    assert stage.ledger.missing == set()


@pytest.mark.timeout(300)
def test_the_same_with_take_does_lose(stage: Stage) -> None:
    # The control: with Faust's `take` in place of `noack_take` the test above must fail.
    kill_in_mid_batch(stage, "--take")
    assert stage.ledger.missing != set()


@pytest.mark.timeout(300)
def test_redis_stopped_for_ten_seconds_under_load(stage: Stage, redis_server: RedisServer) -> None:
    worker = stage.start(
        stub=(), CACHE__BACKEND="redis", CACHE__URL=redis_server.url, CACHE__MEMORY_ITEMS="1"
    ).ready()
    verdicts_per_s = []
    for second in range(25):
        if second == 5:
            redis_server.stop()
        if second == 15:
            redis_server.start()
        start = time.monotonic()
        stage.ledger.produce(numbered(300, f"s{second}-"))
        before = stage.ledger.verdicts.total()
        while (left_s := start + 1 - time.monotonic()) > 0:
            stage.ledger.read(min(0.1, left_s))
        verdicts_per_s.append(stage.ledger.verdicts.total() - before)
        if second == 12:
            assert worker.metric("moderator_cache_up") == 0
    stage.ledger.settle()
    assert stage.ledger.missing == set()
    assert worker.metric("moderator_comments_degraded_total") == 0
    assert worker.metric("moderator_cache_errors_total") > 0
    assert worker.metric("moderator_cache_up") == 1
    assert sum(verdicts_per_s[-5:]) > 0.7 * 5 * 300, verdicts_per_s
    assert sum(verdicts_per_s[7:15]) > 0.7 * 8 * 300, verdicts_per_s
    with redis.Redis.from_url(redis_server.url) as client:
        assert client.get("moderator:verdict:s24-0")
    assert worker.terminate() == 0
    stage.ledger.read_all()
    assert stage.ledger.duplicates == 0
