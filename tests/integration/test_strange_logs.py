"""Logs as few producers write them: transactions, strange headers, gaps, new partitions."""

from __future__ import annotations

import psutil
import pytest
from confluent_kafka import Producer, TopicPartition
from confluent_kafka.admin import (  # type: ignore[attr-defined]
    AdminClient,
    NewPartitions,
    NewTopic,
)

from tests import strange_records
from tests.integration.conftest import Stage
from tests.integration.test_delivery import numbered, sound
from tests.waiting import eventually

_GAP = 1_000_000
_GAP_MIB = 40.0
"""What passing the gap may add; a list of its offsets would take more."""


@pytest.mark.timeout(180)
def test_comments_of_a_transaction_are_judged_once_it_is_committed(stage: Stage) -> None:
    worker = stage.start(stub=()).ready()
    producer = Producer({"bootstrap.servers": stage.bootstrap, "transactional.id": stage.group})
    producer.init_transactions(60)
    for ending in (producer.abort_transaction, producer.commit_transaction):
        producer.begin_transaction()
        for key, value in numbered(50, ending.__name__):
            producer.produce(stage.comments, value, key, partition=0)
        producer.flush(60)
        stage.ledger.produce(numbered(50, f"meanwhile {ending.__name__}"))
        stage.ledger.flush()
        if ending == producer.commit_transaction:
            stage.ledger.read(2.0)
            assert not any(key.startswith("commit") for key in stage.ledger.verdicts)
        ending(60)
    stage.ledger.produced.update(key for key, _ in numbered(50, "commit_transaction"))
    stage.ledger.settle()
    assert stage.ledger.missing == set()
    assert not any(key.startswith("abort") for key in stage.ledger.verdicts)
    assert worker.terminate() == 0


@pytest.mark.timeout(240)
@pytest.mark.parametrize("committed", [True, False])
def test_what_a_transaction_leaves_behind_is_passed_for_good(stage: Stage, committed: bool) -> None:
    worker = stage.start(stub=()).ready()
    stage.ledger.produce(numbered(50, "before"))
    producer = Producer({"bootstrap.servers": stage.bootstrap, "transactional.id": stage.group})
    producer.init_transactions(60)
    producer.begin_transaction()
    for key, value in numbered(50, "within"):
        producer.produce(stage.comments, value, key, partition=0)
    producer.flush(60)
    (producer.commit_transaction if committed else producer.abort_transaction)(60)
    stage.ledger.settle()
    # The last offset is a marker's, which is never handed over.
    assert eventually(lambda: stage.ledger.all_acknowledged(stage.group), True)
    assert eventually(lambda: worker.metric("moderator_consumer_lag_messages"), 0.0) == 0
    assert worker.terminate() == 0
    # What is deleted later has been read: nothing was lost.
    admin = AdminClient({"bootstrap.servers": stage.bootstrap})
    for deleted in admin.delete_records([TopicPartition(stage.comments, 0, -1)]).values():
        deleted.result(30)
    second = stage.start(stub=()).ready()
    stage.ledger.produce(numbered(50, "after"))
    stage.ledger.settle()
    assert stage.ledger.missing == set()
    assert second.terminate() == 0


@pytest.mark.timeout(180)
def test_records_with_strange_header_names_are_judged(stage: Stage) -> None:
    worker = stage.start(stub=()).ready()
    records = [sound(f"strange{number}", "x") for number in range(20)]
    strange_records.produce(stage.bootstrap, stage.comments, records)
    stage.ledger.produced.update(key for key, _ in records)
    stage.ledger.produce(numbered(50))
    stage.ledger.settle()
    assert stage.ledger.missing == set()
    assert worker.terminate() == 0


@pytest.mark.timeout(240)
def test_a_gap_takes_no_memory(stage: Stage) -> None:
    worker = stage.start(stub=()).ready()
    stage.ledger.produce(numbered(200, "before"))
    stage.ledger.settle()
    process = psutil.Process(worker.pid)
    before = process.memory_info().rss
    strange_records.flood(stage.bootstrap, stage.comments, _GAP, aborted=True)
    stage.ledger.produce(numbered(200, "after"))
    stage.ledger.settle()
    assert stage.ledger.missing == set()
    assert (process.memory_info().rss - before) / 2**20 < _GAP_MIB
    assert worker.terminate() == 0


@pytest.mark.timeout(180)
def test_partitions_that_are_added_are_read_soon(stage: Stage) -> None:
    worker = stage.start(stub=(), KAFKA__METADATA_REFRESH_S="2").ready()
    admin = AdminClient({"bootstrap.servers": stage.bootstrap})
    admin.create_partitions([NewPartitions(stage.comments, 6)])[stage.comments].result(30)
    producer = Producer({"bootstrap.servers": stage.bootstrap})
    for number in range(10):
        key, value = sound(f"new{number}", "x")
        producer.produce(stage.comments, value, key, partition=5)
        stage.ledger.produced.add(key)
    producer.flush(30)
    stage.ledger.settle(45)
    assert stage.ledger.missing == set()
    assert worker.terminate() == 0


@pytest.mark.timeout(180)
def test_verdicts_may_get_fewer_partitions(stage: Stage) -> None:
    worker = stage.start(stub=(), KAFKA__METADATA_REFRESH_S="2").ready()
    verdicts = stage.variables["TOPICS__VERDICTS"]
    admin = AdminClient({"bootstrap.servers": stage.bootstrap})
    admin.delete_topics([verdicts])[verdicts].result(30)
    assert eventually(lambda: verdicts in admin.list_topics(timeout=30).topics, False) is False
    admin.create_topics([NewTopic(verdicts, 1, 1)])[verdicts].result(30)
    stage.ledger.produce(numbered(100))
    stage.ledger.settle()
    assert stage.ledger.missing == set()
    assert worker.terminate() == 0
