"""How a worker leaves."""

from __future__ import annotations

import asyncio

import pytest

from moderator.errors import HaltError
from moderator.metrics import Metrics
from moderator.settings import Settings
from moderator.stream import worker as module
from moderator.stream.worker import Worker
from tests.unit.stream.fakes import FakeJudge


class Pipeline(FakeJudge):
    """What a worker calls of a pipeline."""

    async def start(self) -> None: ...
    async def close(self) -> None: ...


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


@pytest.mark.timeout(20)
async def test_a_sink_whose_broker_is_silent_is_not_waited_for(
    metrics: Metrics, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(module, "_STOP_S", 0.05)
    settings = Settings.load(None, {"http": {"port": 0}})
    worker = Worker(settings, Pipeline(), metrics)  # type: ignore[arg-type]
    real_close, closing = worker._sink.close, asyncio.Event()

    async def start() -> None:
        raise HaltError("no broker")

    async def close() -> None:
        closing.set()
        await asyncio.Event().wait()

    monkeypatch.setattr(worker._sink, "start", start)
    monkeypatch.setattr(worker._sink, "close", close)
    with pytest.raises(HaltError, match="no broker"):
        await worker.run(asyncio.Event())
    assert closing.is_set()
    await real_close()
