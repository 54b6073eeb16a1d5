"""The package as it is published: built, checked, installed apart from this checkout, and run."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]


def run(*command: str, cwd: Path, **variables: str) -> subprocess.CompletedProcess[str]:
    finished = subprocess.run(
        [sys.executable, *command], cwd=cwd, env={**os.environ, **variables},
        capture_output=True, text=True, timeout=280, check=False,
    )  # fmt: skip
    assert finished.returncode == 0, finished.stdout + finished.stderr
    return finished


@pytest.mark.timeout(600)
def test_the_wheel_is_sound_and_runs_the_demo(tmp_path: Path) -> None:
    run(
        "-m", "build", "--no-isolation", "--outdir", str(tmp_path / "dist"), str(ROOT), cwd=tmp_path
    )
    files = sorted((tmp_path / "dist").iterdir())
    assert [file.name.rpartition("-0.2.0")[0] for file in files] == ["moderator", "moderator"]
    checked = run("-m", "twine", "check", "--strict", *map(str, files), cwd=tmp_path)
    assert checked.stdout.count("PASSED") == 2
    wheel, place = str(files[0]), tmp_path / "installed"
    assert wheel.endswith(".whl")
    run("-m", "pip", "install", "-q", "--no-deps", "--target", str(place), wheel, cwd=tmp_path)
    seeds = tmp_path / "c.jsonl"
    seeds.write_text('{"id":"a","text":"a fine day"}\n{"id":"b","text":"you fucking idiot"}\n')
    demo = run(
        "-m", "moderator", "demo", "--seeds", str(seeds), cwd=tmp_path, PYTHONPATH=str(place)
    )
    verdicts = [json.loads(line) for line in demo.stdout.splitlines()]
    assert {v["id"]: v["action"] == "allow" for v in verdicts} == {"a": True, "b": False}
    where = run(
        "-c", "import moderator; from moderator.http.runbook import runbook; runbook(); "
        "print(moderator.__file__)", cwd=tmp_path, PYTHONPATH=str(place),
    )  # fmt: skip
    assert where.stdout.startswith(str(place))
