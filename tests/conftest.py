"""Fixtures for all tests: real servers, started on demand."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.kafka import KafkaServer
from tests.secured import Secured, start_secured
from tests.servers import RedisServer

_PROCESSES = 3
"""More than the two cores of a small machine, since tests of real servers mostly wait."""


def pytest_xdist_auto_num_workers(config: pytest.Config) -> int:
    """How many processes run the tests: those of pytest's `-n auto`, which is the default.

    Several only for all tests: each starts servers of its own, and hides what tests print.
    """
    option = config.option
    everything = config.args_source is config.ArgsSource.TESTPATHS and not option.keyword
    return _PROCESSES if everything and option.capture != "no" else 0


@pytest.fixture
def redis_server(tmp_path: Path) -> Iterator[RedisServer]:
    """A real Redis of this test's own, empty, without TLS and users."""
    server = RedisServer(tmp_path).start()
    yield server
    server.stop()


@pytest.fixture(scope="session")
def secured(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Secured]:
    """The one real Kafka of the session, with TLS, SASL and an authorizer; it makes no topics.

    Each test makes topics of its own; tests that hurt a broker start their own.
    """
    found = start_secured(tmp_path_factory.mktemp("kafka"))
    yield found
    found.server.stop()


@pytest.fixture
def kafka_server(secured: Secured) -> KafkaServer:
    """The same one for those who need no security: at its plain address everybody may all."""
    return secured.server
