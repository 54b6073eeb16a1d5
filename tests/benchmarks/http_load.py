"""A load generator for the HTTP API: raw asyncio connections, to leave the cores to the server."""

from __future__ import annotations

import asyncio
import json
import time
from collections import Counter, deque
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field

import numpy as np

_END = b"\r\n\r\n"
_LENGTH = b"content-length:"
_RETRY_S = 0.25


@dataclass
class Found:
    """What a run saw: latencies in seconds of each status, and requests without an answer."""

    seconds: float = 0.0
    latencies: dict[int, list[float]] = field(default_factory=dict)
    lost: int = 0

    @property
    def counts(self) -> Counter[int]:
        return Counter({status: len(all_) for status, all_ in self.latencies.items()})

    @property
    def rate(self) -> float:
        """Requests answered with 200 per second."""
        return self.counts[200] / self.seconds

    def percentile_ms(self, share: float, status: int = 200) -> float:
        """A percentile of the latencies; nan without any."""
        all_ = self.latencies.get(status)
        return float(np.quantile(all_, share)) * 1000 if all_ else float("nan")

    def note(self, status: int, latency_s: float) -> None:
        self.latencies.setdefault(status, []).append(latency_s)


def request(path: str, text: str) -> bytes:
    """One POST of a comment, as bytes."""
    body = json.dumps({"text": text}).encode()
    head = f"POST {path} HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\n"
    return f"{head}Content-Length: {len(body)}\r\n\r\n".encode() + body


class Connection(asyncio.Protocol):
    """A kept-alive connection: one request at a time."""

    def __init__(self) -> None:
        self._received = b""
        self._answer: asyncio.Future[int] | None = None
        self._transport: asyncio.Transport | None = None

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        assert isinstance(transport, asyncio.Transport)
        self._transport = transport

    def connection_lost(self, exc: Exception | None) -> None:
        if self._answer is not None and not self._answer.done():
            self._answer.set_exception(ConnectionResetError("closed by the server"))

    def data_received(self, data: bytes) -> None:
        self._received += data
        head, found, body = self._received.partition(_END)
        if not found:
            return
        at = head.lower().find(_LENGTH)
        length = int(head[at + len(_LENGTH) :].split(b"\r\n", 1)[0])
        if len(body) < length or self._answer is None:
            return
        self._received = body[length:]
        self._answer.set_result(int(head[9:12]))

    async def ask(self, data: bytes) -> int:
        """Send a request; the status of its answer."""
        assert self._transport is not None
        self._answer = asyncio.get_running_loop().create_future()
        self._transport.write(data)
        return await self._answer

    def close(self) -> None:
        if self._transport is not None:
            self._transport.abort()


async def connect(port: int) -> Connection:
    loop = asyncio.get_running_loop()
    _, connection = await loop.create_connection(Connection, "127.0.0.1", port)
    return connection


async def closed_loop(
    port: int, requests: Iterator[bytes], connections: int, seconds: float
) -> Found:
    """Every connection sends its next request once the one before is answered, or refused and
    `_RETRY_S` have passed: clients that retry at once would only measure refusals."""
    found = Found()
    start = time.perf_counter()

    async def client() -> None:
        connection = await connect(port)
        while time.perf_counter() - start < seconds and (data := next(requests, None)) is not None:
            sent = time.perf_counter()
            status = await connection.ask(data)
            found.note(status, time.perf_counter() - sent)
            if status == 503:
                await asyncio.sleep(_RETRY_S)
        connection.close()

    await asyncio.gather(*(client() for _ in range(connections)))
    found.seconds = time.perf_counter() - start
    return found


async def open_loop(
    port: int, requests: Iterable[bytes], rate: float, wait_s: float = 10.0
) -> Found:
    """Sends at a rate whatever comes back; idle connections are used again."""
    found = Found()
    idle: deque[Connection] = deque()
    tasks: set[asyncio.Task[None]] = set()

    async def one(data: bytes, due: float) -> None:
        connection = idle.pop() if idle else await connect(port)
        found.note(await connection.ask(data), time.perf_counter() - due)
        idle.append(connection)

    start = time.perf_counter()
    for number, data in enumerate(requests):
        due = start + number / rate
        if (pause := due - time.perf_counter()) > 0:
            await asyncio.sleep(pause)
        task = asyncio.create_task(one(data, max(due, time.perf_counter())))
        tasks.add(task)
        task.add_done_callback(tasks.discard)
    found.seconds = time.perf_counter() - start
    if tasks:
        _, late = await asyncio.wait(set(tasks), timeout=wait_s)
        found.lost = len(late)
        for task in late:
            task.cancel()
    for connection in idle:
        connection.close()
    return found


def numbered(texts: Sequence[str], path: str) -> Iterator[bytes]:
    """Endless requests, no two of which have the same text."""
    number = 0
    while True:
        for text in texts:
            number += 1
            yield request(path, f"{text} ({number})")


def repeated(texts: Sequence[str], path: str) -> Iterator[bytes]:
    """Endless requests over the same few texts."""
    known = [request(path, text) for text in texts]
    while True:
        yield from known
