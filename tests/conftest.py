"""Fixtures for all tests: real servers, started on demand."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.servers import RedisServer


@pytest.fixture
def redis_server(tmp_path: Path) -> Iterator[RedisServer]:
    """A real Redis of this test's own, empty, without TLS and users."""
    server = RedisServer(tmp_path).start()
    yield server
    server.stop()
