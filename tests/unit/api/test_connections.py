"""What comes over a connection becomes a request, or is refused before it costs anything."""

from __future__ import annotations

import asyncio
import json
import socket
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import pytest
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from moderator.api.asgi import AsgiServer
from moderator.api.connections import MAX_HEAD_BYTES
from moderator.settings import Serve

H2C = b"Connection: Upgrade, HTTP2-Settings\r\nUpgrade: h2c\r\nHTTP2-Settings: AAEAAEAAAAIA\r\n"


async def echo(request: Request) -> Response:
    body = await request.body()
    return Response(f"{request.headers.get('x-kept')} {body.decode()}")


@asynccontextmanager
async def connected(
    **serve: float,
) -> AsyncIterator[tuple[asyncio.StreamReader, asyncio.StreamWriter]]:
    listening = socket.create_server(("127.0.0.1", 0))
    app = Starlette(routes=[Route("/", echo, methods=["POST"])])
    server = AsgiServer(app, Serve.model_validate(serve), listening)
    await server.start()
    reader, writer = await asyncio.open_connection(*listening.getsockname())
    try:
        yield reader, writer
    finally:
        writer.close()
        await server.stop()


async def answer(reader: asyncio.StreamReader) -> tuple[bytes, bytes]:
    """The head and the body of the next response."""
    head = await reader.readuntil(b"\r\n\r\n")
    length = next(
        int(line.split(b":")[1])
        for line in head.split(b"\r\n")
        if line.lower().startswith(b"content-length")
    )
    return head, await reader.readexactly(length)


@pytest.mark.parametrize("pieces", [1, 2, 40])
async def test_an_offer_of_http2_is_passed_over(pieces: int) -> None:
    begin = b"POST / HTTP/1.1\r\nHost: x\r\nX-Kept: yes\r\n"
    asked = begin + H2C + b"Content-Length: 5\r\n\r\nhello"
    after = b"POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 4\r\n\r\nmore"
    async with connected() as (reader, writer):
        size = len(asked) // pieces + 1
        for at in range(0, len(asked), size):
            writer.write(asked[at : at + size])
            await writer.drain()
            await asyncio.sleep(0.002)
        assert (await answer(reader))[1] == b"yes hello"
        writer.write(after)
        assert (await answer(reader))[1] == b"None more"


async def test_an_offer_of_http2_with_a_body_in_chunks() -> None:
    async with connected() as (reader, writer):
        writer.write(b"POST / HTTP/1.1\r\nHost: x\r\n" + H2C)
        writer.write(b"Transfer-Encoding: chunked\r\n\r\n")
        writer.write(b"3\r\nhel\r\n2\r\nlo\r\n0\r\n\r\n")
        assert (await answer(reader))[1] == b"None hello"


@pytest.mark.parametrize(
    ("begin", "more"),
    [
        (b"POST / HTTP/1.1\r\nX-Long: ", b"a" * 10_000),
        (b"POST / HTTP/1.1\r\n", b"X-Many: " + b"a" * 992 + b"\r\n"),
        (b"POST /?", b"a" * 10_000),
    ],
)
async def test_a_head_without_end_is_refused(begin: bytes, more: bytes) -> None:
    async with connected() as (reader, writer):
        writer.write(begin)
        await writer.drain()
        await asyncio.sleep(0.05)
        for _ in range(0, 3 * MAX_HEAD_BYTES, len(more)):
            writer.write(more)
        head, body = await answer(reader)
        assert head.startswith(b"HTTP/1.1 431 ")
        assert b"\r\nconnection: close\r\n" in head
        assert json.loads(body)["reason"] == "head_too_large"


async def test_a_long_body_is_no_long_head() -> None:
    body = b"a" * (4 * MAX_HEAD_BYTES)
    asked = b"POST / HTTP/1.1\r\nHost: x\r\nContent-Length: %d\r\n\r\n" % len(body)
    async with connected() as (reader, writer):
        writer.write(2 * (asked + body))
        for _ in range(2):
            assert (await answer(reader))[1] == b"None " + body


@pytest.mark.parametrize(
    "asked", [b"\x16\x03\x01\x02\x00", b"CONNECT x:1 HTTP/1.1\r\nHost: x\r\n\r\n"]
)
async def test_what_is_no_request_is_a_problem(asked: bytes) -> None:
    async with connected() as (reader, writer):
        writer.write(asked)
        head, body = await answer(reader)
        assert head.startswith(b"HTTP/1.1 400 ")
        assert b"application/problem+json" in head
        assert json.loads(body)["reason"] == "not_http"
        assert await reader.read() == b""


LARGE = b"a" * 20_000_000


async def read(reader: asyncio.StreamReader, pause_s: float = 0.0) -> int:
    """How many bytes come, up to a large answer or the end."""
    received = 0
    while received < len(LARGE):
        await asyncio.sleep(pause_s)
        received += len(await reader.readexactly(min(200_000, len(LARGE) - received)))
    return received


async def test_who_does_not_read_the_answer_is_let_go() -> None:
    asked = b"POST / HTTP/1.1\r\nHost: x\r\nContent-Length: %d\r\n\r\n" % len(LARGE)
    async with connected(idle_s=0.3) as (reader, writer):
        writer.write(asked + LARGE)
        await writer.drain()
        await asyncio.sleep(1.5)
        with pytest.raises((ConnectionError, asyncio.IncompleteReadError)):
            await read(reader)


async def test_who_reads_slowly_gets_the_answer() -> None:
    asked = b"POST / HTTP/1.1\r\nHost: x\r\nContent-Length: %d\r\n\r\n" % len(LARGE)
    async with connected(idle_s=0.4) as (reader, writer):
        writer.write(asked + LARGE)
        assert await read(reader, pause_s=0.01) == len(LARGE)
