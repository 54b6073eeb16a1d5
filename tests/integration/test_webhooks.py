"""`moderator webhooks` on both brokers: a receiver that is down loses nothing."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator, Iterator
from pathlib import Path
from typing import NamedTuple
from uuid import uuid4

import pytest
from confluent_kafka import Producer

from moderator.http.ports import free_port
from moderator.kafka.mock_broker import EmbeddedBroker
from moderator.records import Action, to_json
from tests.contract.test_cache import verdict
from tests.integration.admin.conftest import records_of
from tests.integration.workers import WorkerProcess
from tests.kafka import KafkaServer
from tests.unit.webhooks.receiver import SECRET, Receiver, receiving
from tests.waiting import eventually

pytestmark = pytest.mark.timeout(300)


@pytest.fixture(params=["embedded", "kafka"])
def broker(request: pytest.FixtureRequest) -> Iterator[Broker]:
    if request.param == "embedded":
        with EmbeddedBroker() as embedded:
            yield Broker(embedded.address)
        return
    server: KafkaServer = request.getfixturevalue("kafka_server")
    name = uuid4().hex[:8]
    broker = Broker(server.bootstrap, f"{name}.verdicts", f"{name}.webhooks")
    server.create_topics(broker.verdicts, broker.dead_letters)
    yield broker


@pytest.fixture
async def processes(tmp_path: Path, broker: Broker) -> AsyncIterator[Processes]:
    made = Processes(tmp_path, broker)
    yield made
    for process in made.started:
        process.kill()


class Broker(NamedTuple):
    """Its address, and topics of one test."""

    address: str
    verdicts: str = "verdicts"
    dead_letters: str = "webhooks.dlq"


class Processes:
    """Starts `moderator webhooks` with one endpoint."""

    def __init__(self, folder: Path, broker: Broker) -> None:
        self._folder = folder
        self._broker = broker
        self.started: list[WorkerProcess] = []
        self.ports = {"shop": free_port(), "other": free_port()}

    async def start(self, **more: str) -> WorkerProcess:
        endpoints = {
            name: {"url": f"http://127.0.0.1:{port}/hook", "secrets": [SECRET]}
            for name, port in self.ports.items()
        }
        variables = {
            "KAFKA__BOOTSTRAP_SERVERS": self._broker.address,
            "TOPICS__VERDICTS": self._broker.verdicts,
            "WEBHOOKS__DEAD_LETTERS": self._broker.dead_letters,
            "WEBHOOKS__GROUP": self._broker.dead_letters,
            "WEBHOOKS__ENDPOINTS": json.dumps(endpoints),
            "WEBHOOKS__RETRY_INITIAL_S": "0.2",
            "WEBHOOKS__RETRY_MAX_S": "1",
            **more,
        }
        process = WorkerProcess(self._folder, variables, command="webhooks")
        self.started.append(process)
        return await asyncio.to_thread(process.ready)


def publish(broker: Broker, first: int, last: int) -> None:
    """Every third verdict is an allowed one, which no endpoint wants."""
    producer = Producer({"bootstrap.servers": broker.address})
    actions = (Action.BLOCK, Action.REVIEW, Action.ALLOW)
    for number in range(first, last):
        value = to_json(verdict(str(number), actions[number % 3]))
        producer.produce(broker.verdicts, value, key=str(number), partition=number % 4)
    assert producer.flush(30) == 0


def wanted(last: int, first: int = 0) -> set[str]:
    return {str(number) for number in range(first, last) if number % 3 != 2}


def comments(receiver: Receiver) -> set[str]:
    return {str(body["data"]["id"]) for _, body in receiver.taken}


async def until_taken(receiver: Receiver, ids: set[str]) -> None:
    async with asyncio.timeout(120):
        while comments(receiver) != ids:  # noqa: ASYNC110
            await asyncio.sleep(0.05)


async def until_counted(process: WorkerProcess, name: str, least: int) -> None:
    """Of the endpoint `shop`."""

    def enough() -> bool:
        return process.metric(name, endpoint="shop") >= least

    assert await asyncio.to_thread(eventually, enough, True)


async def test_a_receiver_that_is_down_gets_each_event_with_one_key(
    processes: Processes, broker: Broker
) -> None:
    other, shop = Receiver(), Receiver()
    async with receiving(other, processes.ports["other"]):
        process = await processes.start()
        publish(broker, 0, 60)
        await until_taken(other, wanted(60))  # while `shop` is down
        await until_counted(process, "moderator_webhook_tries_total", 40)
        process.kill()  # in the middle of tries
        publish(broker, 60, 90)
        process = await processes.start()
        await until_counted(process, "moderator_webhook_tries_total", 40)
        async with receiving(shop, processes.ports["shop"]):
            await until_taken(shop, wanted(90))
            await until_taken(other, wanted(90))
        ids: dict[str, set[str]] = {}
        for event, body in shop.taken:
            ids.setdefault(str(body["data"]["id"]), set()).add(event)
        assert all(len(keys) == 1 for keys in ids.values())
        assert process.metric("moderator_webhook_dead_letters_total") == 0
        assert process.terminate() == 0


async def test_what_is_never_taken_is_kept_and_holds_nothing_up(
    processes: Processes, broker: Broker
) -> None:
    shop, other = Receiver([503]), Receiver()
    async with (
        receiving(shop, processes.ports["shop"]),
        receiving(other, processes.ports["other"]),
    ):
        process = await processes.start(WEBHOOKS__RETRY_FOR_S="1.5", WEBHOOKS__IN_FLIGHT="8")
        publish(broker, 0, 30)
        await until_taken(other, wanted(30))
        await until_counted(process, "moderator_webhook_dead_letters_total", 20)
        shop.statuses[:] = [204]
        publish(broker, 30, 33)
        await until_taken(shop, wanted(33, 30))
    letters = records_of(broker.address, broker.dead_letters)
    given_up = {json.loads(letter.value() or b"")["data"]["id"] for letter in letters}
    assert given_up == wanted(30)
    for letter in letters:
        headers: dict[str, bytes] = dict(letter.headers() or ())  # type: ignore[arg-type]
        assert headers["webhook-endpoint"] == b"shop"
        assert headers["webhook-failure"] == b"status 503"
        assert headers["webhook-id"].startswith(b"msg_")
