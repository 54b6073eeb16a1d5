"""`moderator dlq` against real brokers."""

from __future__ import annotations

import json
import time
from collections import Counter
from collections.abc import Callable
from typing import Any

import pytest
from confluent_kafka import Message, Producer

from moderator.cli.render.times import iso
from moderator.dlq.headers import ATTEMPTS, TRUNCATED, Source, dead_letter
from moderator.errors import RecordError
from moderator.settings import Settings
from tests import strange_records
from tests.integration.admin.conftest import Run, lines, records_of

Use = Callable[..., Settings]

pytestmark = pytest.mark.timeout(240)  # the first one waits for the broker to start

NOT_JSON = RecordError("decode", "not_json", "the record is not JSON")
TOO_LARGE = RecordError("size", "id_too_large", "`id` is over 1024 bytes")
PARTITIONS = 3


@pytest.fixture
def settings(broker: str, using: Use, run: Run) -> Settings:
    """A broker with the three topics, and this test's commands pointed to it."""
    settings = using(broker)
    run("topics", "create")  # an embedded broker refuses, and makes them on first use
    producer = Producer({"bootstrap.servers": broker})
    producer.list_topics(settings.topics.comments, timeout=30)
    return settings


def write(
    settings: Settings,
    number: int,
    error: RecordError,
    *more: tuple[str, bytes],
    partition: int | None = None,
    time_ms: int = 0,
) -> None:
    """Put a dead letter of comment `number` to where the worker would put it."""
    source = Source(settings.topics.comments, number % PARTITIONS, number)
    value = b"secret words %d" % number
    letter = dead_letter(source, b"key %d" % number, value, [("trace", b"t")], error)
    producer = Producer({"bootstrap.servers": settings.kafka.bootstrap_servers})
    producer.produce(
        settings.topics.dead_letters,
        letter.value,
        letter.key,
        number % PARTITIONS if partition is None else partition,
        headers=[*letter.headers, *more],
        timestamp=time_ms,
    )
    assert producer.flush(30) == 0


def put_back(settings: Settings) -> list[Message]:
    """Everything on the comments' topic."""
    return records_of(settings.kafka.bootstrap_servers, settings.topics.comments)


def one(rows: list[dict[str, Any]]) -> dict[str, Any]:
    assert len(rows) == 1
    return rows[0]


def test_letters_are_counted_and_shown(settings: Settings, run: Run) -> None:
    first_ms = (int(time.time()) - 3 * 86_400) * 1000  # within the topic's retention
    for number in range(5):
        write(settings, number, NOT_JSON, time_ms=first_ms + number * 60_000)
    write(settings, 5, TOO_LARGE)
    first, second = lines(run("dlq", "ls"))
    assert first == {
        "stage": "decode", "reason": "not_json", "letters": 5, "redriven": 0,
        "oldest": iso(first_ms), "newest": iso(first_ms + 240_000),
    }  # fmt: skip
    assert (second["stage"], second["reason"], second["letters"]) == ("size", "id_too_large", 1)
    assert [row["letters"] for row in lines(run("dlq", "ls", "--since", "1d"))] == [1]
    until = iso(first_ms + 100_000)
    assert [row["letters"] for row in lines(run("dlq", "ls", "--until", until))] == [2]
    assert len(lines(run("dlq", "show", "--stage", "decode", "--limit", "4"))) == 4
    shown = one(lines(run("dlq", "show", "--reason", "id_too_large")))
    assert shown["message"] == "`id` is over 1024 bytes"
    assert shown["source"] == {"topic": settings.topics.comments, "partition": "2", "offset": "5"}
    assert shown["size_bytes"] == len("secret words 5")


def test_what_users_wrote_is_shown_only_on_request(settings: Settings, run: Run) -> None:
    write(settings, 1, NOT_JSON)
    quiet = run("dlq", "show").output + run("dlq", "ls").output + run("dlq", "redrive").output
    for private in ("secret", "key 1", "trace"):
        assert private not in quiet
    shown = one(lines(run("dlq", "show", "--show-text")))
    assert (shown["value"], shown["key"]) == ("secret words 1", "key 1")
    assert shown["headers"] == [["trace", "t"]]


def test_a_redrive_puts_back_what_came_once(settings: Settings, run: Run) -> None:
    for number in range(7):
        write(settings, number, NOT_JSON)
    dry = one(lines(run("dlq", "redrive", "--dry-run")))
    assert (dry["redriven"], dry["dry_run"]) == (7, True)
    assert put_back(settings) == []
    assert one(lines(run("dlq", "redrive")))["redriven"] == 7
    back = put_back(settings)
    assert Counter(m.value() for m in back) == Counter(b"secret words %d" % n for n in range(7))
    for message in back:
        number = int((message.value() or b"").split()[-1])
        assert message.partition() == number % PARTITIONS
        assert message.key() == b"key %d" % number
        assert dict(message.headers() or ()) == {"trace": b"t", ATTEMPTS: b"1"}
    assert one(lines(run("dlq", "redrive")))["redriven"] == 0
    assert len(put_back(settings)) == 7
    assert one(lines(run("dlq", "ls")))["redriven"] == 7
    write(settings, 7, NOT_JSON)
    assert one(lines(run("dlq", "redrive")))["redriven"] == 1


def test_what_a_filter_left_is_put_back_later_and_nothing_twice(
    settings: Settings, run: Run
) -> None:
    for number in range(30):
        write(settings, number, TOO_LARGE if number % 7 == 3 else NOT_JSON)
    first = one(lines(run("dlq", "redrive", "--reason", "id_too_large")))
    assert (first["redriven"], first["kept"]) == (4, {"not_selected": 26})
    again = one(lines(run("dlq", "redrive", "--stage", "size")))
    assert again["redriven"] == 0
    rest = one(lines(run("dlq", "redrive")))
    assert (rest["redriven"], rest["kept"]) == (26, {})
    assert len({message.value() for message in put_back(settings)}) == 30
    assert len(put_back(settings)) == 30


def test_poison_does_not_go_round_for_ever(settings: Settings, run: Run) -> None:
    write(settings, 0, NOT_JSON, (ATTEMPTS, b"3"))
    write(settings, 1, NOT_JSON, (ATTEMPTS, b"2"))
    write(settings, 2, NOT_JSON, (TRUNCATED, b"999"))
    result = one(lines(run("dlq", "redrive")))
    assert (result["redriven"], result["kept"]) == (1, {"exhausted": 1, "truncated": 1})
    (back,) = put_back(settings)
    assert dict(back.headers() or ())[ATTEMPTS] == b"3"
    assert one(lines(run("dlq", "redrive", "--max-attempts", "4")))["redriven"] == 1


def test_a_partition_that_the_comments_lack_is_chosen_by_key(settings: Settings, run: Run) -> None:
    foreign = dead_letter(Source("elsewhere", 99, 1), b"k", b"v", [], NOT_JSON)
    producer = Producer({"bootstrap.servers": settings.kafka.bootstrap_servers})
    headers: Any = list(foreign.headers)
    producer.produce(settings.topics.dead_letters, b"v", b"k", 0, headers=headers)
    producer.produce(settings.topics.dead_letters, b"no headers", None, 1)
    assert producer.flush(30) == 0
    assert one(lines(run("dlq", "redrive")))["redriven"] == 2
    assert {message.value() for message in put_back(settings)} == {b"v", b"no headers"}


def test_purge_asks_first_and_deletes_what_was_put_back(kafka: str, using: Use, run: Run) -> None:
    settings = using(kafka)
    lines(run("topics", "create"))
    for number in range(6):
        write(settings, number, NOT_JSON)
    one(lines(run("dlq", "redrive")))
    write(settings, 6, TOO_LARGE)
    refused = run("dlq", "purge")
    assert refused.exit_code == 2
    assert "--yes" in refused.stderr
    assert one(lines(run("dlq", "purge", "--before", "7d", "--yes")))["deleted"] == 0
    assert one(lines(run("dlq", "purge", "--redriven", "--yes")))["deleted"] == 6
    assert one(lines(run("dlq", "ls")))["reason"] == "id_too_large"
    assert one(lines(run("dlq", "redrive")))["redriven"] == 1
    assert one(lines(run("dlq", "purge", "--yes")))["deleted"] == 1
    assert lines(run("dlq", "ls")) == []


def test_a_missing_topic_is_reported(kafka: str, using: Use, run: Run) -> None:
    using(kafka)
    for command in ("ls", "show", "redrive", "purge"):
        result = run("dlq", command)
        assert result.exit_code == 5
        assert "topics create" in result.stderr


def test_the_comments_topic_may_refuse_a_letter_for_its_size(
    kafka: str, using: Use, run: Run
) -> None:
    settings = using(kafka)
    lines(run("topics", "create"))
    producer = Producer(
        {"bootstrap.servers": kafka, "message.max.bytes": 2_000_000, "linger.ms": 0}
    )
    for value in (b"x" * 1_100_000, json.dumps({"id": "1"}).encode()):
        producer.produce(settings.topics.dead_letters, value, partition=0)
        assert producer.flush(30) == 0
    result = one(lines(run("dlq", "redrive")))
    assert (result["redriven"], result["kept"]) == (1, {"too_large": 1})
    assert one(lines(run("dlq", "redrive")))["kept"] == {"too_large": 1}
    assert len(put_back(settings)) == 1


def test_a_letter_whose_headers_cannot_be_read_holds_up_no_other(
    kafka: str, using: Use, run: Run
) -> None:
    settings = using(kafka)
    run("topics", "create")
    for number in range(0, 30, PARTITIONS):  # a call is only optimized after a few
        write(settings, number, NOT_JSON)
    strange_records.produce(kafka, settings.topics.dead_letters, [("key", b"{}")] * 10)
    write(settings, 30, NOT_JSON)
    rows = lines(run("dlq", "ls"))
    assert [(row["reason"], row["letters"]) for row in rows] == [
        ("not_json", 11), ("unreadable_headers", 10)
    ]  # fmt: skip
    assert len(lines(run("dlq", "show", "--reason", "unreadable_headers", "--show-text"))) == 10
    assert one(lines(run("dlq", "redrive"))) == {
        "dry_run": False, "redriven": 11, "kept": {"truncated": 10}
    }  # fmt: skip
