"""Parts that many unit tests are built from."""

from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest

from moderator.cache.memory import MemoryCache
from moderator.metrics import Metrics
from moderator.pipeline import Pipeline
from moderator.policy import Policies, Policy
from moderator.records import Action
from moderator.testing import ManualClock, StubScorer

MakePipeline = Callable[..., Pipeline]


@pytest.fixture
def metrics() -> Metrics:
    return Metrics()


@pytest.fixture
def clock() -> ManualClock:
    return ManualClock(1_000.0)


@pytest.fixture
def policies() -> Policies:
    policy = Policy(
        review={"toxicity": 0.5}, block={"toxicity": 0.9}, on_scorer_failure=Action.REVIEW
    )
    return Policies("standard", {"standard": policy, "off": Policy()}, {"games": "off"})


@pytest.fixture
def make_pipeline(
    metrics: Metrics, policies: Policies, clock: ManualClock
) -> Iterator[MakePipeline]:
    """Builds a pipeline of stubs; any part can be given."""
    with ThreadPoolExecutor(1) as executor:

        def make(**parts: Any) -> Pipeline:
            cache = MemoryCache(metrics, items=100, score_ttl_s=60, verdict_ttl_s=60, clock=clock)
            given = {
                "scorer": StubScorer(), "cache": cache, "policies": policies,
                "metrics": metrics, "executor": executor, **parts,
            }  # fmt: skip
            return Pipeline(**given)

        yield make
