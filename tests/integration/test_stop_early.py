"""A worker stopped while a silent broker keeps it from starting still ends."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from pathlib import Path

from moderator.http.ports import free_port
from tests.kafka import KafkaServer
from tests.servers import wait_for_port

JOINING_S = 1.0
"""After the health port opens: the topics are found, and Faust asks to join the group."""


def test_it_ends_in_time_with_exit_code_0(tmp_path: Path) -> None:
    kafka = KafkaServer(tmp_path).start()
    kafka.create_topics("comments", "verdicts", "comments.dlq")
    port = free_port()
    settings = {
        "KAFKA__BOOTSTRAP_SERVERS": kafka.bootstrap,
        "HTTP__PORT": str(port),
        "SCORERS__USE": '["lexicon"]',
    }
    environment = {**os.environ, **{f"MODERATOR_{key}": value for key, value in settings.items()}}
    command = [sys.executable, "-m", "moderator", "worker"]
    worker = subprocess.Popen(command, env=environment, stderr=subprocess.PIPE, text=True)
    try:
        wait_for_port(port, worker, 30)
        time.sleep(JOINING_S)
        kafka.pause()
        time.sleep(JOINING_S)
        worker.terminate()
        _, log = worker.communicate(timeout=30)
    finally:
        worker.kill()
        kafka.resume()
        kafka.stop()
    assert worker.returncode == 0
    assert "Traceback" not in log
