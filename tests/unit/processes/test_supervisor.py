"""What is said of a process that ended."""

from __future__ import annotations

import signal
from pathlib import Path
from types import SimpleNamespace

import pytest

from moderator.metrics import exposition
from moderator.processes.supervisor import _explained


@pytest.mark.parametrize(
    ("code", "free", "says_why"),
    [(-signal.SIGBUS, 4_096, True), (-signal.SIGBUS, 1 << 30, False), (6, 4_096, False)],
)
def test_a_full_disk_of_metrics_is_named(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, code: int, free: int, says_why: bool
) -> None:
    monkeypatch.setattr(exposition, "disk_usage", lambda _: SimpleNamespace(free=free))
    found = _explained(code, tmp_path)
    assert found.startswith(f"exit code {int(code)}")
    assert (f"the disk of {tmp_path}" in found) is says_why
