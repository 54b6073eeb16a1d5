"""A process settles once it has loaded: garbage collections skip that, freed memory goes back."""

from __future__ import annotations

import subprocess
import sys

import pytest

_MEASURE = """
import gc
from pathlib import Path
from moderator.processes.memory import settle

def resident_mb():
    return int(Path("/proc/self/statm").read_text().split()[1]) * 4 // 1024

blocks = [bytearray(1000) for _ in range(60_000)]
del blocks[:-1]  # the last one is above them, so glibc keeps their memory
before = resident_mb()
settle()
print(before, resident_mb(), gc.get_freeze_count())
"""


@pytest.mark.skipif(sys.platform != "linux", reason="reads /proc")
def test_freed_memory_goes_back_and_the_rest_is_frozen() -> None:
    done = subprocess.run(
        [sys.executable, "-c", _MEASURE], capture_output=True, text=True, check=True, timeout=60
    )
    before, after, frozen = map(int, done.stdout.split())
    assert after <= before - 20
    assert frozen > 1_000
