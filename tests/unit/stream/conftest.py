"""What the tests of the processor share."""

from __future__ import annotations

import pytest

from moderator.metrics import Metrics
from tests.unit.stream.fakes import FakeJudge
from tests.unit.stream.harness import Harness


@pytest.fixture
def harness(metrics: Metrics) -> Harness:
    return Harness(metrics, FakeJudge())
