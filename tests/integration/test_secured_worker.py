"""The worker on a broker with TLS, passwords and an authorizer."""

from __future__ import annotations

from pathlib import Path
from uuid import uuid4

import pytest
from aiokafka import AIOKafkaProducer
from aiokafka.errors import KafkaError
from confluent_kafka.admin import AclOperation, ResourceType  # type: ignore[attr-defined]

from moderator.kafka.client_config import aiokafka_options
from moderator.settings import Kafka
from moderator.sinks.kafka_failure import observed_connections
from tests.integration.ledger import Ledger
from tests.integration.test_delivery import numbered
from tests.integration.workers import WorkerProcess
from tests.secured import PASSWORD, Secured


@pytest.fixture
def names(secured: Secured) -> dict[str, str]:
    """Topics and group of this test, with just the rights that the README names."""
    name = uuid4().hex[:8]
    topics = [f"{name}.comments", f"{name}.verdicts", f"{name}.dlq"]
    secured.server.create_topics(*topics)
    read, write, describe = AclOperation.READ, AclOperation.WRITE, AclOperation.DESCRIBE
    secured.allow(ResourceType.TOPIC, topics[0], read, describe)
    for topic in topics[1:]:
        secured.allow(ResourceType.TOPIC, topic, write, describe)
    secured.allow(ResourceType.GROUP, name, read)
    return {
        "TOPICS__COMMENTS": topics[0], "TOPICS__VERDICTS": topics[1],
        "TOPICS__DEAD_LETTERS": topics[2], "STREAM__GROUP": name,
    }  # fmt: skip


@pytest.mark.timeout(180)
@pytest.mark.parametrize("mechanism", ["PLAIN", "SCRAM-SHA-256"])
def test_password_over_tls(
    secured: Secured, names: dict[str, str], mechanism: str, tmp_path: Path
) -> None:
    topics = [names[f"TOPICS__{which}"] for which in ("COMMENTS", "VERDICTS", "DEAD_LETTERS")]
    ledger = Ledger(secured.plain, *topics)
    worker = WorkerProcess(tmp_path, {**secured.variables(mechanism), **names}, stub=())
    try:
        worker.ready()
        ledger.produce(numbered(300))
        ledger.produce([("bad", b"{")])
        ledger.settle()
        assert ledger.missing == set()
        assert worker.terminate() == 0
        assert PASSWORD not in worker.log
    finally:
        worker.kill()
        ledger.close()


@pytest.mark.timeout(120)
def test_a_wrong_password_is_reported_but_not_shown(
    secured: Secured, names: dict[str, str], tmp_path: Path
) -> None:
    wrong = secured.variables("SCRAM-SHA-256", password="not-the-one-4711")
    worker = WorkerProcess(tmp_path, {**wrong, **names}, stub=())
    try:
        assert worker.wait(60) == 5
        assert "4711" not in worker.log
        assert "moderator:" in worker.log
    finally:
        worker.kill()


@pytest.mark.timeout(120)
def test_a_missing_right_is_reported(
    secured: Secured, names: dict[str, str], tmp_path: Path
) -> None:
    secured.server.create_topics(f"{names['STREAM__GROUP']}.other")
    other = {**names, "TOPICS__VERDICTS": f"{names['STREAM__GROUP']}.other"}
    worker = WorkerProcess(tmp_path, {**secured.variables("PLAIN"), **other}, stub=())
    try:
        assert worker.wait(60) == 5
        assert f"may not DESCRIBE: {names['STREAM__GROUP']}.other" in worker.log
    finally:
        worker.kill()


@pytest.mark.timeout(60)
async def test_a_refused_connection_has_its_cause(secured: Secured) -> None:
    variables = secured.variables("PLAIN")
    right = {
        "bootstrap_servers": secured.sasl,
        "security_protocol": "SASL_SSL",
        "sasl_username": variables["KAFKA__SASL_USERNAME"],
        "sasl_password": PASSWORD,
        "ssl_cafile": secured.certificates.ca,
    }
    other_ca = secured.certificates.other_ca
    wrong: dict[str, dict[str, object]] = {
        "authentication": {"sasl_password": "not-the-one"},
        "tls": {"ssl_cafile": other_ca},
    }
    for cause, changed in wrong.items():
        heard: list[str] = []
        with observed_connections(heard.append):
            producer = AIOKafkaProducer(**aiokafka_options(Kafka.model_validate(right | changed)))
            with pytest.raises(KafkaError):
                await producer.start()
            await producer.stop()
        assert set(heard) == {cause}
