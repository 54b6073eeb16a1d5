"""Faults of what lies in the topics and in Redis: records, offsets, transactions, limits, lies."""

from __future__ import annotations

import random
import time
from itertools import count

import redis
from confluent_kafka import Consumer, KafkaError, KafkaException, Producer, TopicPartition
from confluent_kafka.admin import (  # type: ignore[attr-defined]
    AdminClient,
    AlterConfigOpType,
    ConfigEntry,
    ConfigResource,
    NewPartitions,
)

from tests import strange_records
from tests.integration.faults.theatre import GROUP, Theatre

_MAX_PARTITIONS = 8
_numbers = count()


def _records(theatre: Theatre, values: list[bytes], what: str) -> list[tuple[str, bytes]]:
    """Records with keys of their own; `%s` in a value becomes its key, which is its id."""
    keyed = []
    for value in values:
        key = f"{what}-{next(_numbers)}"
        keyed.append((key, value.replace(b"%s", key.encode())))
    return keyed


def authors_send_oddities(theatre: Theatre, chance: random.Random) -> None:
    """More in a row than the limit of dead letters allows, of what any author can send."""
    odd = [
        b'{"id":"%s","text":"a \\u0000 b"}',
        b'{"id":"%s","text":"cut \\ud83d"}',
        b'{"id":"%s","text":"' + b"x" * 70_000 + b'"}',
    ]
    records = _records(theatre, [chance.choice(odd[:2]) for _ in range(600)] + odd[2:], "odd")
    theatre.traffic.produce(records)
    time.sleep(1)


def header_names_are_not_utf8(theatre: Theatre, chance: random.Random) -> None:
    """A batch that aiokafka's parser cannot read."""
    with theatre.locks["broker"]:
        records = _records(theatre, [b'{"id":"%s","text":"strange"}'] * 20, "strange")
        strange_records.produce(theatre.kafka.bootstrap, "comments", records)
        theatre.ledger.produced.update(key for key, _ in records)


def transactions_end_badly(theatre: Theatre, chance: random.Random) -> None:
    """An aborted transaction, then one that stays open for a while and is committed."""
    with theatre.locks["broker"]:
        producer = Producer(
            {"bootstrap.servers": theatre.kafka.bootstrap, "log_level": 0,
             "transactional.id": f"t{next(_numbers)}"}
        )  # fmt: skip
        producer.init_transactions(60)
        producer.begin_transaction()
        for number in range(2_000):
            producer.produce("comments", b'{"id":"never","text":"never"}', f"never-{number}")
        producer.flush(60)
        producer.abort_transaction(60)
        producer.begin_transaction()
        records = _records(theatre, [b'{"id":"%s","text":"committed"}'] * 50, "committed")
        for key, value in records:
            producer.produce("comments", value, key)
        producer.flush(60)
        time.sleep(chance.uniform(1, 4))
        producer.commit_transaction(60)
        theatre.ledger.produced.update(key for key, _ in records)


def judged_records_are_deleted(theatre: Theatre, _: random.Random) -> None:
    """Retention goes up to what the group has committed."""
    with theatre.locks["broker"]:
        admin = AdminClient({"bootstrap.servers": theatre.kafka.bootstrap})
        places = [place for place in theatre.committed() if place.offset > 0]
        for future in admin.delete_records(places).values():
            try:
                future.result(60)
            except KafkaException as error:  # beyond the end, by another act
                if error.args[0].code() != KafkaError.OFFSET_OUT_OF_RANGE:
                    raise


def offsets_beyond_the_end(theatre: Theatre, _: random.Random) -> None:
    """The group's offsets are those of another cluster; the workers are set to read it all."""
    with theatre.locks["broker"], theatre.nobody():
        consumer = Consumer(
            {"bootstrap.servers": theatre.kafka.bootstrap, "group.id": GROUP, "log_level": 0}
        )
        wrong = [TopicPartition(p.topic, p.partition, 10**9) for p in theatre.committed()]
        deadline = time.monotonic() + 60
        while True:
            try:
                consumer.commit(offsets=wrong, asynchronous=False)
                break
            except KafkaException:  # the last member has not left yet
                if time.monotonic() > deadline:
                    raise
                time.sleep(0.5)
        consumer.close()


def dead_letters_must_be_small(theatre: Theatre, chance: random.Random) -> None:
    """The dead-letter topic refuses large records for a while."""
    with theatre.locks["broker"]:
        set_limit(theatre.kafka.bootstrap, "comments.dlq", 1_500)
        records = _records(
            theatre, [b"{" * chance.randrange(10_000, 900_000) for _ in range(3)], "l"
        )
        theatre.traffic.produce(records)
        time.sleep(chance.uniform(1, 3))
        set_limit(theatre.kafka.bootstrap, "comments.dlq", 1_048_588)


def partitions_are_added(theatre: Theatre, _: random.Random) -> None:
    """One more partition of comments, up to a few."""
    with theatre.locks["broker"]:
        admin = AdminClient({"bootstrap.servers": theatre.kafka.bootstrap})
        now = len(admin.list_topics("comments", timeout=60).topics["comments"].partitions)
        if now < _MAX_PARTITIONS:
            new = [NewPartitions("comments", now + 1)]
            admin.create_partitions(new)["comments"].result(60)


def redis_is_a_replica(theatre: Theatre, chance: random.Random) -> None:
    """A failover: the old master refuses writes, then is master again."""
    with theatre.locks["redis"], redis.Redis.from_url(theatre.redis.url) as client:
        client.replicaof("127.0.0.1", "1")
        time.sleep(chance.uniform(0.5, 2))
        client.replicaof("NO", "ONE")


def cache_lies(theatre: Theatre, chance: random.Random) -> None:
    """Entries that no worker wrote."""
    lies = [
        b'{"scores":{}}', b'{"scores":{"toxicity":-1}}', b'{"scores":{"toxicity":1e308}}',
        b'{"scores":{"toxicity":0},"matches":[[0,1,"x","y",99]]}', b"\x00", b"[]",
    ]  # fmt: skip
    with theatre.locks["redis"], redis.Redis.from_url(theatre.redis.url) as client:
        for key in list(client.scan_iter("moderator:score:*", count=1_000))[:500]:
            client.set(key, chance.choice(lies))


def set_limit(bootstrap: str, topic: str, max_bytes: int) -> None:
    """Set a topic's max.message.bytes."""
    entry = ConfigEntry(
        "max.message.bytes", str(max_bytes), incremental_operation=AlterConfigOpType.SET
    )
    resource = ConfigResource(ConfigResource.Type.TOPIC, topic, incremental_configs=[entry])
    admin = AdminClient({"bootstrap.servers": bootstrap})
    for future in admin.incremental_alter_configs([resource]).values():
        future.result(60)
