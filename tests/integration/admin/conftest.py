"""Brokers that the operator's commands are tried on, and the commands as an operator runs them."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from typing import Any
from uuid import uuid4

import pytest
from confluent_kafka import OFFSET_BEGINNING, Consumer, Message, TopicPartition
from typer.testing import CliRunner, Result

from moderator.cli.main import app
from moderator.kafka.mock_broker import EmbeddedBroker
from moderator.settings import PREFIX, Settings
from tests.secured import Secured

Run = Callable[..., Result]


@pytest.fixture
def kafka(secured: Secured) -> str:
    """A real Kafka's plain address, on which everybody may do everything."""
    return secured.plain


@pytest.fixture
def embedded() -> Iterator[str]:
    """The address of an embedded broker."""
    with EmbeddedBroker() as broker:
        yield broker.address


@pytest.fixture(params=["embedded", "kafka"])
def broker(request: pytest.FixtureRequest) -> str:
    """One after the other."""
    address: str = request.getfixturevalue(request.param)
    return address


@pytest.fixture
def names() -> dict[str, str]:
    """Names of topics, and of the group, that are this test's own."""
    own = uuid4().hex[:8]
    return {
        "TOPICS__COMMENTS": f"{own}.comments",
        "TOPICS__VERDICTS": f"{own}.verdicts",
        "TOPICS__DEAD_LETTERS": f"{own}.dlq",
        "TOPICS__PARTITIONS": "3",
        "STREAM__GROUP": own,
    }


@pytest.fixture
def using(monkeypatch: pytest.MonkeyPatch, names: dict[str, str]) -> Callable[..., Settings]:
    """Points this test's commands to a broker, by variables as an operator would."""

    def use(address: str, **more: str) -> Settings:
        given = {**names, "KAFKA__BOOTSTRAP_SERVERS": address, **more}
        for name, value in given.items():
            monkeypatch.setenv(PREFIX + name, value)
        return Settings.load()

    return use


@pytest.fixture
def run() -> Run:
    """Runs `moderator` in this process."""
    runner = CliRunner()

    def call(*arguments: str, stdin: str | None = None) -> Result:
        return runner.invoke(app, list(arguments), input=stdin)

    return call


def lines(result: Result) -> list[dict[str, Any]]:
    """The JSON lines of a command that went well."""
    assert result.exit_code == 0, result.output
    return [json.loads(line) for line in result.stdout.splitlines()]


def records_of(address: str, topic: str) -> list[Message]:
    """Everything on a topic."""
    consumer = Consumer(
        {
            "bootstrap.servers": address,
            "group.id": "records-of",
            "enable.partition.eof": True,
            "fetch.message.max.bytes": 10_000_000,
        }
    )
    found = consumer.list_topics(topic, timeout=30).topics[topic].partitions
    consumer.assign([TopicPartition(topic, number, OFFSET_BEGINNING) for number in found])
    messages, ended = [], 0
    while ended < len(found):
        message = consumer.poll(30)
        assert message is not None
        if message.error():
            ended += 1
        else:
            messages.append(message)
    consumer.close()
    return messages
