"""Failures of Kafka's client become one of a few words, and those of its connections are heard."""

from __future__ import annotations

import asyncio
import ssl

import pytest
from aiokafka import client, errors
from aiokafka.client import AIOKafkaClient

from moderator.metrics.delivery import BROKER_CAUSES
from moderator.sinks.kafka_failure import cause_of, observed_connections


@pytest.mark.parametrize(
    ("error", "cause"),
    [
        (ssl.SSLCertVerificationError("certificate has expired"), "tls"),
        (errors.AuthenticationFailedError(), "authentication"),
        (errors.TopicAuthorizationFailedError(), "permission"),
        (errors.GroupAuthorizationFailedError(), "permission"),
        (errors.RequestTimedOutError(), "timeout"),
        (TimeoutError(), "timeout"),
        (ConnectionRefusedError(), "connection"),
        (errors.KafkaConnectionError(), "connection"),
        (errors.NotEnoughReplicasError(), "other"),
        (None, "other"),
    ],
)
def test_each_failure_has_a_cause(error: BaseException | None, cause: str) -> None:
    assert cause_of(error) == cause
    assert cause in BROKER_CAUSES


def test_the_gravest_of_a_chain_is_named() -> None:
    outer = errors.KafkaConnectionError()
    outer.__cause__ = ssl.SSLError()
    assert cause_of(outer) == "tls"


async def test_a_connection_that_fails_is_heard_only_while_observed() -> None:
    heard: list[str] = []
    original = client.create_conn
    with observed_connections(heard.append):
        nobody = AIOKafkaClient(bootstrap_servers="127.0.0.1:1")
        with pytest.raises(errors.KafkaConnectionError):
            await asyncio.wait_for(nobody.bootstrap(), 20)
    assert heard == ["connection"]
    assert client.create_conn is original
