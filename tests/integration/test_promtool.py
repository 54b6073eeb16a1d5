"""Prometheus's own tool takes the configuration, and plays the tests of its alerts."""

from __future__ import annotations

import shutil
import subprocess
from pathlib import Path

import pytest

from tests.servers import missing

FOLDER = Path(__file__).parents[2] / "deploy" / "prometheus"
TESTS = sorted((FOLDER / "tests").glob("*_test.yml"))
pytestmark = pytest.mark.timeout(360)  # promtool plays days of samples


def promtool(*arguments: str) -> None:
    path = shutil.which("promtool")
    if path is None:
        missing("promtool is not installed (Debian: prometheus)")
    run = subprocess.run(
        [path, *arguments],
        cwd=FOLDER,
        capture_output=True,
        text=True,
        timeout=300,
        check=False,
    )
    assert run.returncode == 0, run.stdout + run.stderr


def test_prometheus_takes_the_configuration() -> None:
    promtool("check", "config", "prometheus.yml")


@pytest.mark.parametrize("path", TESTS, ids=lambda path: path.stem)
def test_alerts_fire_when_they_should(path: Path) -> None:
    promtool("test", "rules", f"tests/{path.name}")
