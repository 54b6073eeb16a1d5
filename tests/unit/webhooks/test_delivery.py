"""An event is tried until it is taken or its time is up."""

from __future__ import annotations

import aiohttp
import pytest

from moderator.http.ports import free_port
from moderator.metrics import Metrics
from moderator.settings import WebhookEndpoint, Webhooks
from moderator.webhooks.delivery import WebhookDelivery
from moderator.webhooks.event import WebhookEvent
from tests.unit.webhooks.receiver import SECRET, Receiver, receiving

EVENT = WebhookEvent("msg_1", b"{}")


async def delivered(
    url: str, metrics: Metrics, *, timeout_s: float = 5.0, retry_for_s: float = 5.0
) -> str | None:
    endpoint = WebhookEndpoint.model_validate({"url": url, "secrets": [SECRET]})
    webhooks = Webhooks(
        timeout_s=timeout_s, retry_initial_s=0.01, retry_max_s=0.02, retry_for_s=retry_for_s
    )
    async with aiohttp.ClientSession() as session:
        delivery = WebhookDelivery("shop", endpoint, webhooks, session, metrics)
        return await delivery.deliver(EVENT)


def tries(metrics: Metrics, outcome: str) -> float:
    value = metrics.registry.get_sample_value(
        "moderator_webhook_tries_total", {"endpoint": "shop", "outcome": outcome}
    )
    return value or 0.0


@pytest.mark.parametrize("status", [302, 400, 401, 404, 410, 429, 500, 503])
async def test_a_failure_is_tried_again_with_the_same_id(metrics: Metrics, status: int) -> None:
    async with receiving(Receiver([status, status, 200])) as receiver:
        assert await delivered(receiver.url, metrics) is None
    assert receiver.seen == ["msg_1"] * 3
    assert (tries(metrics, "failed"), tries(metrics, "delivered")) == (2, 1)


async def test_a_receiver_that_hangs_is_a_failure(metrics: Metrics) -> None:
    async with receiving(Receiver([0, 204])) as receiver:
        assert await delivered(receiver.url, metrics, timeout_s=0.2) is None
    assert tries(metrics, "failed") == 1


async def test_after_its_time_an_event_is_dead(metrics: Metrics) -> None:
    async with receiving(Receiver([503])) as receiver:
        assert await delivered(receiver.url, metrics, retry_for_s=0.2) == "status 503"
    assert len(receiver.seen) > 2
    assert receiver.taken == []


async def test_nobody_there_is_a_failure(metrics: Metrics) -> None:
    failure = await delivered(f"http://127.0.0.1:{free_port()}/hook", metrics, retry_for_s=0.1)
    assert failure == "ClientConnectorError"
