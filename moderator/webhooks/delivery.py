"""One endpoint: an event is posted until it is accepted, or until its time is up."""

from __future__ import annotations

import asyncio
import logging
import random
from collections.abc import Iterator
from time import monotonic, time

import aiohttp

from moderator.metrics import Metrics
from moderator.settings import WebhookEndpoint, Webhooks
from moderator.settings.tables.webhooks import signing_key
from moderator.webhooks.event import WebhookEvent
from moderator.webhooks.signature import signed_headers

_log = logging.getLogger(__name__)


class WebhookDelivery:
    """Posts events to one endpoint. An answer of 2xx is success; anything else is tried again.

    Redirects are not followed: a signed event goes to the address of the settings only.
    """

    def __init__(
        self,
        name: str,
        endpoint: WebhookEndpoint,
        webhooks: Webhooks,
        session: aiohttp.ClientSession,
        metrics: Metrics,
    ) -> None:
        self._name = name
        self._url = endpoint.url
        self._keys = [signing_key(secret) for secret in endpoint.secrets]
        self._webhooks = webhooks
        self._session = session
        self._tries = metrics.webhook_tries
        self._seconds = metrics.webhook_seconds.labels(name)
        self._failing = False

    async def deliver(self, event: WebhookEvent) -> str | None:
        """Try until the event is taken (None), or `retry_for_s` have passed: then the last failure.

        A failure is `status 503`, `timeout`, or the name of an error.
        """
        start = monotonic()
        pauses = self._pauses()
        while True:
            failure = await self._post(event)
            self._tries.labels(self._name, "failed" if failure else "delivered").inc()
            self._report(failure)
            if failure is None:
                return None
            pause_s = next(pauses)
            if monotonic() - start + pause_s > self._webhooks.retry_for_s:
                return failure
            await asyncio.sleep(pause_s)

    async def _post(self, event: WebhookEvent) -> str | None:
        started = monotonic()
        try:
            async with (
                asyncio.timeout(self._webhooks.timeout_s),
                self._session.post(
                    self._url,
                    data=event.body,
                    headers=signed_headers(event, self._keys, int(time())),
                    allow_redirects=False,
                ) as answer,
            ):
                return None if 200 <= answer.status < 300 else f"status {answer.status}"
        except TimeoutError:
            return "timeout"
        except (aiohttp.ClientError, OSError) as error:
            return type(error).__name__
        finally:
            self._seconds.observe(monotonic() - started)

    def _pauses(self) -> Iterator[float]:
        pause_s = self._webhooks.retry_initial_s
        while True:
            yield pause_s * random.uniform(0.5, 1.0)
            pause_s = min(2 * pause_s, self._webhooks.retry_max_s)

    def _report(self, failure: str | None) -> None:
        """One line when an endpoint begins to fail, and one when it answers again."""
        if failure and not self._failing:
            _log.warning("webhook %s fails: %s; it is tried again", self._name, failure)
        elif self._failing and not failure:
            _log.info("webhook %s takes events again", self._name)
        self._failing = failure is not None
