"""`moderator worker --processes 2`: one group, one page of metrics, restarts, a drain."""

from __future__ import annotations

import os
import re
import signal

import psutil
import pytest

from tests.integration.conftest import Stage
from tests.integration.test_delivery import numbered
from tests.waiting import eventually


def children(pid: int) -> list[psutil.Process]:
    return [c for c in psutil.Process(pid).children() if "worker" in c.cmdline()]


@pytest.mark.timeout(300)
def test_two_processes_work_as_one_and_a_killed_one_comes_back(stage: Stage) -> None:
    supervisor = stage.start(options=("--processes", "2"), SCORERS__USE='["compact"]').ready()
    stage.ledger.produce(numbered(3_000))
    stage.ledger.flush()
    stage.ledger.settle()
    assert supervisor.metric("moderator_comments_total") == 3_000
    shares = re.findall(
        r'^process_cpu_seconds_total\{process="(.*)"\}', supervisor.page("metrics"), re.M
    )
    assert sorted(shares) == ["worker-0", "worker-1"]

    victim, other = children(supervisor.pid)
    os.kill(victim.pid, signal.SIGKILL)
    stage.ledger.produce(numbered(2_000, "d"))
    stage.ledger.flush()
    stage.ledger.settle()
    assert stage.ledger.missing == set()
    assert eventually(lambda: supervisor.page("readyz"), "ready\n") == "ready\n"
    now = {child.pid for child in children(supervisor.pid)}
    assert other.pid in now
    assert victim.pid not in now
    assert len(now) == 2
    # What the dead one counted stays counted.
    assert supervisor.metric("moderator_comments_total") >= 5_000

    assert supervisor.terminate() == 0
    assert not any(psutil.pid_exists(pid) for pid in now)


@pytest.mark.timeout(120)
def test_an_end_that_a_restart_would_not_fix_ends_all(stage: Stage) -> None:
    supervisor = stage.start(
        options=("--processes", "2"),
        SCORERS__USE='["compact"]',
        STREAM__DEAD_LETTER_RUN="5",
        STREAM__ON_HALT="exit",
    ).ready()
    stage.ledger.produce((f"bad{n}", b"{") for n in range(200))
    assert supervisor.wait(60) == 7
    assert "not started again" in supervisor.log


@pytest.mark.timeout(120)
def test_workers_end_with_a_supervisor_that_was_killed(stage: Stage) -> None:
    supervisor = stage.start(options=("--processes", "2"), SCORERS__USE='["compact"]').ready()
    workers = children(supervisor.pid)
    assert len(workers) == 2
    supervisor.kill()
    psutil.wait_procs(workers, timeout=60)
    assert not any(worker.is_running() for worker in workers)
