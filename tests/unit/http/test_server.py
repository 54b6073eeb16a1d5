"""The HTTP port."""

from __future__ import annotations

import asyncio
import urllib.error
import urllib.request
from email.message import Message

import pytest

from moderator.errors import SettingsError
from moderator.http.server import HealthServer
from moderator.metrics import Metrics
from moderator.settings import Http


async def get(server: HealthServer, path: str) -> tuple[int, str, Message[str, str]]:
    def fetch() -> tuple[int, str, Message[str, str]]:
        try:
            with urllib.request.urlopen(f"http://{server.address}{path}", timeout=10) as reply:
                return reply.status, reply.read().decode(), reply.headers
        except urllib.error.HTTPError as error:
            with error:
                return error.code, error.read().decode(), error.headers

    return await asyncio.to_thread(fetch)


async def test_pages(metrics: Metrics) -> None:
    reasons: list[str | None] = ["no partition is assigned", None]
    server = HealthServer(Http(port=0), metrics.exposition, lambda: reasons.pop(0))
    await server.start()
    try:
        assert (await get(server, "/healthz"))[:2] == (200, "alive\n")
        assert (await get(server, "/readyz"))[:2] == (503, "no partition is assigned\n")
        assert (await get(server, "/readyz"))[:2] == (200, "ready\n")
        status, page, headers = await get(server, "/metrics")
        assert status == 200
        assert "# TYPE moderator_comments_total counter" in page
        assert headers["Content-Type"] == metrics.exposition()[1]
        assert (await get(server, "/other"))[0] == 404
    finally:
        await server.stop()


async def test_a_taken_port_is_told(metrics: Metrics) -> None:
    first = HealthServer(Http(port=0), metrics.exposition, lambda: None)
    await first.start()
    taken = Http(port=int(first.address.rpartition(":")[2]))
    second = HealthServer(taken, metrics.exposition, lambda: None)
    try:
        with pytest.raises(SettingsError, match=r"http\.port.*0 for a free one"):
            await second.start()
    finally:
        await second.stop()
        await first.stop()
