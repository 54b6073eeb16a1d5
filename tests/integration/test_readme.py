"""The README's examples for applications run unchanged, but for the servers' addresses."""

from __future__ import annotations

from pathlib import Path

import pytest

from moderator.kafka.mock_broker import EmbeddedBroker
from tests.documents import ROOT, blocks
from tests.integration.workers import WorkerProcess
from tests.servers import RedisServer


def test_produce_consume_and_wait(
    redis_server: RedisServer, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    _, produce, consume, wait = blocks(ROOT / "README.md", "python")
    with EmbeddedBroker() as broker:
        variables = {
            "KAFKA__BOOTSTRAP_SERVERS": broker.address,
            "CACHE__BACKEND": "redis",
            "CACHE__URL": redis_server.url,
        }
        worker = WorkerProcess(tmp_path, variables)
        try:
            worker.ready()
            assert "loading lexicon, compact" in worker.log
            assert f"page: http://127.0.0.1:{worker.port}/" in worker.log
            for example in (produce, consume, wait):
                code = example.replace("localhost:9092", broker.address)
                code = code.replace("redis://localhost:6379/0", redis_server.url)
                exec(compile(code, "README.md", "exec"), {})  # noqa: S102
        finally:
            worker.kill()
    consumed, looked_up = capsys.readouterr().out.splitlines()
    assert consumed.startswith("c-1 block ['block.insult'")
    assert looked_up == "block"
