"""Runs the review page from start to exit code: the follower, the page, and a health port."""

from __future__ import annotations

import asyncio
import logging
import socket
from contextlib import AsyncExitStack

import uvloop

from moderator.api.access.listen import open_socket
from moderator.api.asgi import AsgiServer
from moderator.errors import SettingsError
from moderator.feedback.decision import require_topic
from moderator.feedback.sink import build_sink
from moderator.http.server import HealthServer
from moderator.kafka.topics import require
from moderator.metrics import Metrics
from moderator.processes.logs import configure_logging
from moderator.processes.stopping import stop_event
from moderator.review.app import build_app
from moderator.review.database import Database
from moderator.review.follower import ReviewFollower
from moderator.review.service import ReviewService
from moderator.settings import Settings

_MAX_BODY_BYTES = 65_536

_log = logging.getLogger(__name__)


def run(settings: Settings, *, stop_with_stdin: bool = False) -> None:
    """Serve until SIGTERM or SIGINT. Claims outlast a restart.

    Raises SettingsError if feedback goes to no topic, no tokens are set, or file or address are
    refused; BrokerError if the broker cannot be reached or lacks a topic.
    """
    configure_logging()
    uvloop.install()
    settings = listening_as_review(settings)
    # Before the file is opened: an address that cannot be had is heard of at once.
    listening = open_socket(settings.serve, insecure=False, table="review")
    asyncio.run(_run(settings, listening, stop_with_stdin))


def listening_as_review(settings: Settings) -> Settings:
    """The settings with address and tokens of `[review]` in `[serve]`, whose limits and certificate
    hold for both. Raises SettingsError."""
    require_topic(settings)
    tokens = settings.review.tokens or settings.serve.tokens
    if tokens is None:
        raise SettingsError(
            "review.tokens is not set, and nobody sees texts without a token: make one with "
            "`moderator serve token new NAME --may review --file FILE`"
        )
    own = {
        "host": settings.review.host,
        "port": settings.review.port,
        "tokens": tokens,
        "with_worker": False,
        "max_body_bytes": _MAX_BODY_BYTES,
    }
    return settings.model_copy(update={"serve": settings.serve.model_copy(update=own)})


async def _run(settings: Settings, listening: socket.socket, stop_with_stdin: bool) -> None:
    stop = stop_event(with_stdin=stop_with_stdin)
    metrics = Metrics(communities=settings.metrics.communities)
    topics = settings.topics.verdicts, settings.feedback.topic
    await asyncio.to_thread(require, settings.kafka, topics)
    async with AsyncExitStack() as stack:
        database = await asyncio.to_thread(Database, settings)
        stack.callback(database.close)
        sink = build_sink(settings)
        stack.push_async_callback(sink.close)
        follower = ReviewFollower(settings, database, metrics)
        service = ReviewService(settings, metrics, database, follower, sink)
        server = AsgiServer(build_app(service), settings.serve, listening)

        def unready() -> str | None:
            return None if follower.caught_up.is_set() else "reading the topics"

        health = HealthServer(settings.http, metrics.exposition, unready)
        await health.start()
        stack.push_async_callback(health.stop)
        follower.start()
        stack.push_async_callback(asyncio.to_thread, follower.stop)
        await server.start()
        stack.push_async_callback(server.stop)
        _log.info("review on %s, metrics on http://%s", server.url, health.address)
        await stop.wait()
