"""Records as strange as a topic allows.

TINY_RECORDS says how many tiny ones there are (default 20,000).
"""

from __future__ import annotations

import os
from typing import Any

import pytest
from confluent_kafka import Producer

from tests.integration.conftest import Stage
from tests.integration.test_delivery import numbered, sound

TINY = int(os.environ.get("TINY_RECORDS", "20000"))


@pytest.mark.timeout(180)
@pytest.mark.parametrize("codec", ["gzip", "snappy", "lz4", "zstd"])
def test_compressed_batches(stage: Stage, codec: str) -> None:
    worker = stage.start(stub=()).ready()
    producer = Producer(
        {"bootstrap.servers": stage.bootstrap, "compression.type": codec, "linger.ms": 50}
    )
    for key, value in numbered(500):
        stage.ledger.produced.add(key)
        producer.produce(stage.comments, value, key)
    producer.flush(30)
    stage.ledger.settle()
    assert stage.ledger.missing == set()
    assert worker.terminate() == 0


@pytest.mark.timeout(180)
def test_large_records_huge_headers_and_no_values(stage: Stage) -> None:
    worker = stage.start(stub=()).ready()
    producer = Producer({"bootstrap.servers": stage.bootstrap, "message.max.bytes": 1_000_000})
    strange: list[tuple[str, bytes | None, Any]] = [
        ("text over the cap", sound("text over the cap", "x" * 900_000)[1], []),
        ("no json", b"\xff" * 900_000, []),
        ("huge header", sound("huge header", "x")[1], [("h", b"x" * 900_000)]),
        ("huge header of a bad one", b"{", [("h", b"x" * 900_000)]),
        ("no value", None, []),
        ("nested", b'{"id":"n","text":"x","z":' + b"[" * 400_000 + b"]" * 400_000 + b"}", []),
    ]
    for key, value, headers in strange:
        stage.ledger.produced.add(key)
        producer.produce(stage.comments, value, key, headers=headers)
    producer.flush(30)
    stage.ledger.produce(numbered(100))
    stage.ledger.settle()
    assert stage.ledger.missing == set()
    assert worker.terminate() == 0
    stage.ledger.read_all()
    assert "text over the cap" in stage.ledger.verdicts
    assert stage.ledger.dead_letters.total() == 4


@pytest.mark.timeout(180)
def test_a_verdict_over_the_brokers_limit_is_a_dead_letter(stage: Stage) -> None:
    # Every second word matches, so the verdict is many times its comment.
    worker = stage.start(SCORERS__USE='["lexicon"]').ready()
    stage.ledger.produce([sound("many", "fuck " * 13_000)])
    stage.ledger.produce(numbered(20))
    stage.ledger.settle()
    assert stage.ledger.missing == set()
    assert len(stage.ledger.verdicts) >= 20
    assert worker.terminate() == 0


@pytest.mark.timeout(240 + TINY // 500)
def test_very_many_tiny_records(stage: Stage) -> None:
    lenient = {"STREAM__DEAD_LETTER_RATIO": "1", "STREAM__DEAD_LETTER_RUN": str(TINY + 1)}
    worker = stage.start(stub=(), **lenient).ready()
    producer = Producer({"bootstrap.servers": stage.bootstrap, "linger.ms": 50})
    for number in range(TINY):
        key = f"tiny {number}"
        stage.ledger.produced.add(key)
        producer.produce(stage.comments, (b"", b"{", b"[]", b"{}")[number % 4], key)
        if number % 10_000 == 0:
            producer.flush(60)
    producer.flush(60)
    stage.ledger.settle(120 + TINY / 1_000)
    assert stage.ledger.missing == set()
    assert worker.terminate() == 0
    stage.ledger.read_all()
    assert stage.ledger.dead_letters.total() == TINY


@pytest.mark.timeout(180)
def test_a_small_batch_that_unpacks_to_much(stage: Stage) -> None:
    # The broker limits how large a batch is packed, not how large it is unpacked.
    worker = stage.start(stub=()).ready()
    producer = Producer(
        {"bootstrap.servers": stage.bootstrap, "compression.type": "zstd", "linger.ms": 500}
    )
    for number in range(300):
        key = f"c{number}"
        stage.ledger.produced.add(key)
        value = b'{"id":"%s","text":"x","more":"%s"}' % (key.encode(), b" " * 200_000)
        producer.produce(stage.comments, value, key)
    producer.flush(30)
    stage.ledger.settle()
    assert stage.ledger.missing == set()
    assert worker.terminate() == 0
    stage.ledger.read_all()
    assert not stage.ledger.dead_letters
