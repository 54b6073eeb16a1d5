"""Fixtures for all tests: real servers, started on demand."""

from __future__ import annotations

import gc
import os
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.kafka import KafkaServer
from tests.secured import Secured, start_secured
from tests.servers import RedisServer

_UNIT = Path("tests/unit")
_PROCESSES = 3
"""More than the two cores of a small machine, since tests of real servers mostly wait."""


def pytest_xdist_auto_num_workers(config: pytest.Config) -> int:
    """How many processes run the tests: those of pytest's `-n auto`, which is the default.

    Several only for all tests or all unit tests: each process starts servers of its own and hides
    what tests print.
    """
    option = config.option
    if option.keyword or option.capture == "no":
        return 0
    if config.args_source is config.ArgsSource.TESTPATHS:
        return _PROCESSES
    return os.cpu_count() or 1 if [Path(arg) for arg in config.args] == [_UNIT] else 0


def pytest_collection_finish() -> None:
    """What thousands of collected tests are made of is not looked through for garbage again."""
    gc.collect()
    gc.freeze()


@pytest.fixture
def redis_server(tmp_path: Path) -> Iterator[RedisServer]:
    """A real Redis of this test's own, empty, without TLS and users."""
    server = RedisServer(tmp_path).start()
    yield server
    server.stop()


@pytest.fixture(scope="session")
def secured(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Secured]:
    """The session's one real Kafka, with TLS, SASL and an authorizer; it creates no topics.

    Each test creates its own topics; tests that break a broker start their own.
    """
    broker = start_secured(tmp_path_factory.mktemp("kafka"))
    yield broker
    broker.server.stop()


@pytest.fixture
def kafka_server(secured: Secured) -> KafkaServer:
    """The same broker for tests that need no security: its plain listener allows everything."""
    return secured.server
