"""Runs the webhooks from start to exit code: one dispatcher per endpoint, and a health port."""

from __future__ import annotations

import asyncio
import logging
from contextlib import AsyncExitStack

import aiohttp
from aiokafka.errors import KafkaError

from moderator.errors import BrokerError, SettingsError
from moderator.http.server import HealthServer
from moderator.kafka.topics import require
from moderator.metrics import Metrics
from moderator.processes.logs import configure_logging
from moderator.processes.stopping import stop_event
from moderator.reload.known import known_policies
from moderator.settings import Settings
from moderator.webhooks.deadletters import WebhookDeadLetters
from moderator.webhooks.delivery import WebhookDelivery
from moderator.webhooks.dispatcher import Dispatcher

_log = logging.getLogger(__name__)


def run(settings: Settings, *, stop_with_stdin: bool = False) -> None:
    """Deliver until SIGTERM or SIGINT. What is in flight then is delivered after the next start.

    Raises SettingsError if no endpoint is set, or one names an unknown policy; BrokerError if the
    broker cannot be reached, lacks a topic, or refuses.
    """
    configure_logging()
    _check(settings)
    asyncio.run(_run(settings, stop_with_stdin))


def _check(settings: Settings) -> None:
    endpoints = settings.webhooks.endpoints
    if not endpoints:
        raise SettingsError(
            "webhooks.endpoints is empty: add [webhooks.endpoints.NAME] to the settings file"
        )
    known = known_policies(settings)[-1].by_name
    for name, endpoint in endpoints.items():
        for policy in endpoint.policies:
            if policy not in known:
                raise SettingsError(
                    f"webhooks.endpoints.{name}.policies: no policy is named {policy!r} "
                    f"(known: {', '.join(sorted(known))})"
                )


async def _run(settings: Settings, stop_with_stdin: bool) -> None:
    stop = stop_event(with_stdin=stop_with_stdin)
    metrics = Metrics(communities=settings.metrics.communities)
    names = settings.topics.verdicts, settings.webhooks.dead_letters
    await asyncio.to_thread(require, settings.kafka, names)
    dispatchers: list[Dispatcher] = []

    def unready() -> str | None:
        waiting = not dispatchers or not all(dispatcher.ready for dispatcher in dispatchers)
        return "no partition is assigned" if waiting else None

    async with AsyncExitStack() as stack:
        health = HealthServer(settings.http, metrics.exposition, unready)
        await health.start()
        stack.push_async_callback(health.stop)
        dead_letters = WebhookDeadLetters(settings)
        stack.push_async_callback(dead_letters.stop)
        # No common limit of connections: each endpoint has at most `in_flight`, and none waits for
        # another's.
        connector = aiohttp.TCPConnector(limit=0)
        session = await stack.enter_async_context(aiohttp.ClientSession(connector=connector))
        for name, endpoint in settings.webhooks.endpoints.items():
            delivery = WebhookDelivery(name, endpoint, settings.webhooks, session, metrics)
            dispatchers.append(
                Dispatcher(settings, name, endpoint, delivery, dead_letters, metrics)
            )
        endpoints = ", ".join(settings.webhooks.endpoints)
        _log.info("posting to %s, metrics on http://%s", endpoints, health.address)
        try:
            await dead_letters.start()
            await _until(stop, dispatchers)
        except KafkaError as error:
            servers = settings.kafka.bootstrap_servers
            raise BrokerError(f"the broker at {servers} refuses: {type(error).__name__}") from None


async def _until(stop: asyncio.Event, dispatchers: list[Dispatcher]) -> None:
    """Run the dispatchers until `stop`, or until one of them fails: then raise its error."""
    working = [asyncio.create_task(dispatcher.run()) for dispatcher in dispatchers]
    stopped = asyncio.create_task(stop.wait())
    await asyncio.wait((stopped, *working), return_when=asyncio.FIRST_COMPLETED)
    failed = [task for task in working if task.done()]
    for task in (stopped, *working):
        task.cancel()
    await asyncio.gather(stopped, *working, return_exceptions=True)
    for task in failed:
        task.result()
