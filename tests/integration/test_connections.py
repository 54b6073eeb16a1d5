"""What clients may do to the HTTP port, against a real socket."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import suppress

import pytest

from moderator.http.connections import MAX_CONNECTIONS
from moderator.http.server import HealthServer
from moderator.metrics import Metrics
from moderator.settings import Http

GET = b"GET /healthz HTTP/1.1\r\nHost: localhost\r\n\r\n"


Connection = tuple[asyncio.StreamReader, asyncio.StreamWriter]
Connect = Callable[[], Awaitable[Connection]]


@pytest.fixture
def request_s() -> float:
    return 1.0


@pytest.fixture
async def server(request_s: float) -> AsyncIterator[HealthServer]:
    found = HealthServer(Http(port=0), Metrics().exposition, lambda: None, request_s=request_s)
    await found.start()
    yield found
    await found.stop()


@pytest.fixture
async def connect(server: HealthServer) -> AsyncIterator[Connect]:
    writers = []

    async def begin() -> Connection:
        host, _, port = server.address.rpartition(":")
        reader, writer = await asyncio.open_connection(host, int(port))
        writers.append(writer)
        return reader, writer

    yield begin
    for writer in writers:
        writer.close()
        with suppress(OSError):
            await writer.wait_closed()


async def ask(server: HealthServer, request: bytes) -> bytes:
    host, _, port = server.address.rpartition(":")
    reader, writer = await asyncio.open_connection(host, int(port))
    writer.write(request)
    answer = await asyncio.wait_for(reader.read(4_096), 10)
    writer.close()
    await writer.wait_closed()
    return answer


async def test_a_request_that_never_ends_is_ended(server: HealthServer, connect: Connect) -> None:
    reader, writer = await connect()
    writer.write(GET[:-2])
    for _ in range(4):
        await asyncio.sleep(0.1)
        writer.write(b"X-More: 1\r\n")
    with suppress(ConnectionResetError):
        assert await asyncio.wait_for(reader.read(), 10) == b""
    assert server.refused == {"too_slow": 1}


async def test_a_connection_without_a_request_is_ended(
    server: HealthServer, connect: Connect
) -> None:
    reader, _ = await connect()
    with suppress(ConnectionResetError):
        assert await asyncio.wait_for(reader.read(), 10) == b""
    assert server.refused == {"too_slow": 1}


async def test_an_answered_connection_may_be_idle(server: HealthServer, connect: Connect) -> None:
    reader, writer = await connect()
    for _ in range(3):
        writer.write(GET)
        assert b"alive" in await asyncio.wait_for(reader.read(4_096), 10)
        await asyncio.sleep(1.2)
    assert server.refused == {}


@pytest.mark.parametrize("request_s", [30.0])  # idle ones must not end before all are there
async def test_idle_connections_keep_no_probe_out(server: HealthServer, connect: Connect) -> None:
    await asyncio.gather(*(connect() for _ in range(MAX_CONNECTIONS + 50)))
    assert b"alive" in await ask(server, GET)
    for _ in range(1_000):  # a client is connected before the server accepts it
        if server.refused.get("too_many", 0) >= 50:
            break
        await asyncio.sleep(0.01)
    assert server.refused["too_many"] >= 50


async def test_malformed_requests_are_one_counted_line_without_their_bytes(
    server: HealthServer, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    for _ in range(20):
        await ask(server, b"SECRET \x00\x01 nonsense\r\n\r\n")
    assert server.refused["malformed"] == 20
    assert len(caplog.records) == 1
    assert "refused 1 since the last report" in caplog.text
    assert "SECRET" not in caplog.text
    assert "Traceback" not in caplog.text


@pytest.mark.parametrize(
    "request_bytes", [GET, b"nonsense \x00\r\n\r\n", GET.replace(b"z H", b" H")]
)
async def test_no_answer_names_a_version(server: HealthServer, request_bytes: bytes) -> None:
    answer = (await ask(server, request_bytes)).lower()
    assert b"server: moderator\r\n" in answer
    assert b"python" not in answer
    assert b"aiohttp" not in answer


async def test_hosts_of_others_are_not_served(server: HealthServer) -> None:
    answer = await ask(server, GET.replace(b"localhost", b"evil.example"))
    assert answer.startswith(b"HTTP/1.1 421")
    assert b"alive" not in answer
    assert server.refused == {"host": 1}
