"""How a worker leaves."""

from __future__ import annotations

import pytest

from moderator.metrics import Metrics
from moderator.settings import Settings
from moderator.stream.worker import Worker
from tests.unit.stream.fakes import FakeJudge


async def test_faust_may_fail_while_it_stops_if_nothing_is_in_flight(
    metrics: Metrics, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    worker = Worker(Settings.load(None, {}), FakeJudge(), metrics)  # type: ignore[arg-type]

    async def stop() -> None:
        raise RuntimeError("Event loop is closed")

    monkeypatch.setattr(worker._app, "stop", stop)
    await worker._leave(())
    await worker._sink.close()
    assert worker.lingers
    assert "will be published again" in caplog.text
