"""The API over a pipeline of stubs, asked in this process."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable, Mapping
from contextlib import AsyncExitStack
from typing import Any

import httpx
import pytest

from moderator.api.app import build_app
from moderator.api.service import Service
from moderator.metrics import Metrics
from moderator.settings import Settings
from moderator.testing import StubScorer
from tests.unit.conftest import MakePipeline

MakeClient = Callable[..., Any]

LABELS = (
    "toxicity", "severe_toxicity", "obscene", "threat", "insult", "identity_attack", "profanity",
)  # fmt: skip


def by_word(text: str) -> Mapping[str, float]:
    """All labels 0.01, but toxicity by the words "vile" and "rude"."""
    toxicity = 0.95 if "vile" in text else 0.6 if "rude" in text else 0.01
    return {**dict.fromkeys(LABELS, 0.01), "toxicity": toxicity}


@pytest.fixture
async def make_client(make_pipeline: MakePipeline, metrics: Metrics) -> AsyncIterator[MakeClient]:
    """Makes a client of an API with settings of `[serve]`, and parts of the pipeline."""
    async with AsyncExitStack() as stack:

        async def make(
            serve: Mapping[str, Any] | None = None,
            feedback: Mapping[str, Any] | None = None,
            kafka: Mapping[str, Any] | None = None,
            **parts: Any,
        ) -> httpx.AsyncClient:
            # Only tests of deadlines name one: a slow machine must not run into the default.
            serve = {"timeout_ms": 60_000, **(serve or {})}
            tables = {"serve": serve, "feedback": feedback or {}, "kafka": kafka or {}}
            settings = Settings.model_validate(tables)
            given = {"scorer": StubScorer(by_word, labels=LABELS), **parts}
            service = Service(settings, make_pipeline(**given), metrics)
            batches = service.start()
            stack.callback(batches.cancel)
            stack.push_async_callback(service.feedback.close)
            transport = httpx.ASGITransport(build_app(service))
            client = httpx.AsyncClient(transport=transport, base_url="http://api")
            return await stack.enter_async_context(client)

        yield make
