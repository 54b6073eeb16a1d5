"""A receiver of webhooks: gives the answers set for it, and keeps what it gets."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any

from aiohttp import web
from standardwebhooks import Webhook

SECRET = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"


@dataclass
class Receiver:
    """`statuses` are the answers in turn, the last one for all that follow; 0 hangs."""

    statuses: list[int] = field(default_factory=lambda: [204])
    url: str = ""
    taken: list[tuple[str, Mapping[str, Any]]] = field(default_factory=list)
    """Id and body of what was answered with 2xx; each signature was checked."""
    seen: list[str] = field(default_factory=list)
    """Ids of everything that came."""

    async def take(self, request: web.Request) -> web.Response:
        body = await request.read()
        Webhook(SECRET).verify(body, dict(request.headers))
        status = self.statuses.pop(0) if len(self.statuses) > 1 else self.statuses[0]
        self.seen.append(request.headers["webhook-id"])
        if status == 0:
            await asyncio.sleep(60)
        if 200 <= status < 300:
            self.taken.append((request.headers["webhook-id"], json.loads(body)))
        place = {"Location": "/elsewhere"} if status == 302 else {}
        return web.Response(status=status, headers=place)


@asynccontextmanager
async def receiving(receiver: Receiver, port: int = 0) -> AsyncIterator[Receiver]:
    """The receiver on a loopback port for as long as the context is open."""
    application = web.Application()
    application.add_routes([web.post("/hook", receiver.take)])
    runner = web.AppRunner(application, shutdown_timeout=0.1)
    await runner.setup()
    site = web.TCPSite(runner, "127.0.0.1", port)
    await site.start()
    address = runner.addresses[0]
    receiver.url = f"http://{address[0]}:{address[1]}/hook"
    try:
        yield receiver
    finally:
        await runner.cleanup()
