"""Holds a benchmark's processes to a share of a core: what several cores do, on a machine of two.

Linux control groups, version 1 or 2; needs the right to make one (root).
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from uuid import uuid4

_ROOT = Path("/sys/fs/cgroup")
_PERIOD_US = 20_000


@contextmanager
def held_to(cores: float) -> Iterator[Path]:
    """A control group whose processes get `cores` together; for `within`."""
    old = (_ROOT / "cpu").is_dir()
    group = (_ROOT / "cpu" if old else _ROOT) / f"benchmark-{uuid4().hex[:8]}"
    group.mkdir()
    try:
        quota = round(cores * _PERIOD_US)
        if old:
            (group / "cpu.cfs_period_us").write_text(str(_PERIOD_US))
            (group / "cpu.cfs_quota_us").write_text(str(quota))
        else:
            (group / "cpu.max").write_text(f"{quota} {_PERIOD_US}")
        yield group
    finally:
        group.rmdir()


def within(group: Path, command: Sequence[str]) -> list[str]:
    """The command, which enters the group before it becomes what it is."""
    return ["sh", "-c", 'echo $$ > "$0/cgroup.procs" && exec "$@"', str(group), *command]
