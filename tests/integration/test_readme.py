"""The README's examples for applications run unchanged, but for the servers' addresses."""

from __future__ import annotations

import os

import pytest

from moderator.stream.worker_subprocess import running_worker
from tests.documents import ROOT, blocks
from tests.servers import RedisServer

pytestmark = pytest.mark.skipif(
    "MODERATOR_SLOW" not in os.environ,
    reason="takes minutes of a quiet machine: set MODERATOR_SLOW=1",
)


def test_produce_consume_and_wait(
    redis_server: RedisServer,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    monkeypatch.setenv("MODERATOR_CACHE__BACKEND", "redis")
    monkeypatch.setenv("MODERATOR_CACHE__URL", redis_server.url)
    _, produce, consume, wait = blocks(ROOT / "README.md", "python")
    with running_worker(None) as worker:
        for example in (produce, consume, wait):
            code = example.replace("localhost:9092", worker.address)
            code = code.replace("redis://localhost:6379/0", redis_server.url)
            exec(compile(code, "README.md", "exec"), {})  # noqa: S102
    consumed, looked_up = capsys.readouterr().out.splitlines()
    assert consumed.startswith("c-1 block ['block.insult'")
    assert looked_up == "block"
