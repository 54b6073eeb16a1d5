"""When a worker ends by itself, with which code, and what it leaves behind."""

from __future__ import annotations

import signal
import time
from pathlib import Path

import pytest

from tests.integration.conftest import Stage
from tests.integration.ledger import Ledger
from tests.integration.test_delivery import numbered
from tests.integration.workers import WorkerProcess
from tests.kafka import KafkaServer
from tests.waiting import eventually

HALTED, TOO_MANY_DEAD_LETTERS = 6, 7


@pytest.mark.timeout(240)
def test_a_scorer_that_hangs_is_seen_and_ends_the_worker(stage: Stage, tmp_path: Path) -> None:
    mood = tmp_path / "mood"
    worker = stage.start(stub=("--mood", str(mood)), STREAM__WATCHDOG_S="6").ready()
    mood.write_text("hang")
    stage.ledger.produce(numbered(50))
    assert eventually(lambda: "no progress" in worker.page("readyz"), True)
    assert worker.page("healthz") == "alive\n"
    assert worker.wait(60) == HALTED
    assert "stream.watchdog_s" in worker.log
    mood.unlink()
    successor = stage.start(stub=()).ready()
    stage.ledger.settle()
    assert stage.ledger.missing == set()
    assert successor.terminate() == 0


@pytest.mark.timeout(120)
def test_idle_is_not_stuck(stage: Stage) -> None:
    worker = stage.start(stub=(), STREAM__WATCHDOG_S="3").ready()
    stage.ledger.produce(numbered(10))
    stage.ledger.settle()
    # A busy machine may take long over ten comments, but what is idle stays ready.
    assert eventually(lambda: worker.page("readyz"), "ready\n") == "ready\n"
    until = time.monotonic() + 2 * 3
    while time.monotonic() < until:
        assert worker.page("readyz") == "ready\n"
        time.sleep(0.1)
    assert worker.terminate() == 0


@pytest.mark.timeout(120)
def test_a_run_of_dead_letters_halts_before_it_is_published(stage: Stage) -> None:
    limits = {"STREAM__DEAD_LETTER_RUN": "100", "STREAM__ON_HALT": "exit"}
    worker = stage.start(stub=(), **limits).ready()
    stage.ledger.produce((f"bad{n}", b"not json") for n in range(2_000))
    assert worker.wait(60) == TOO_MANY_DEAD_LETTERS
    stage.ledger.read_all()
    assert sum(stage.ledger.dead_letters.values()) < 100 * 4


@pytest.mark.timeout(120)
def test_a_halted_worker_holds_until_it_is_stopped(stage: Stage) -> None:
    worker = stage.start(stub=(), STREAM__DEAD_LETTER_RUN="100").ready()
    stage.ledger.produce((f"bad{n}", b"not json") for n in range(2_000))
    halted = "halted: too many dead letters\n"
    assert eventually(lambda: worker.page("readyz"), halted) == halted
    assert worker.page("healthz") == "alive\n"
    assert "moderator_halted 1.0" in worker.page("metrics")
    stage.ledger.read_all()
    assert sum(stage.ledger.dead_letters.values()) < 100 * 4
    assert worker.terminate() == 0


@pytest.mark.timeout(300)
def test_a_broker_away_for_long_ends_the_worker_and_loses_nothing(
    broker: KafkaServer, tmp_path: Path
) -> None:
    ledger = Ledger(broker.bootstrap, "comments", "verdicts", "comments.dlq")
    ledger.produce(numbered(2_000))
    ledger.flush()
    variables = {
        "KAFKA__BOOTSTRAP_SERVERS": broker.bootstrap,
        "STREAM__SESSION_TIMEOUT_S": "6",
        "STREAM__RETRY_FOR_S": "6",
        "STREAM__BATCH_SIZE": "20",
        "STREAM__WATCHDOG_S": "300",
    }
    worker = WorkerProcess(tmp_path, variables, stub=("--delay-s", "0.2"))
    while len(ledger.verdicts) < 40:
        ledger.read()
    broker.stop(signal.SIGKILL)
    assert worker.wait(120) == HALTED
    assert "stream.retry_for_s" in worker.log
    worker.kill()
    broker.start()
    successor = WorkerProcess(tmp_path, variables, stub=())
    ledger.settle()
    assert ledger.missing == set()
    assert successor.terminate() == 0
    successor.kill()
    ledger.close()


@pytest.mark.timeout(120)
def test_no_text_id_or_author_is_ever_logged(stage: Stage, tmp_path: Path) -> None:
    mood = tmp_path / "mood"
    worker = stage.start(stub=("--mood", str(mood))).ready()
    good = [
        (f"idsecret{n}", b'{"id":"idsecret%d","text":"textsecret","author":"authorsecret"}' % n)
        for n in range(50)
    ]
    bad = [
        ("keysecret", b'{"id":"idsecret","text":7,"author":"authorsecret"}'),
        ("keysecret2", b"textsecret"),
    ]
    stage.ledger.produce(good + bad)
    stage.ledger.settle()
    mood.write_text("raise")
    stage.ledger.produce(
        (f"x{key}", value.replace(b"idsecret", b"xidsecret")) for key, value in good
    )
    stage.ledger.settle()
    assert worker.terminate() == 0
    assert "dead letters: " in worker.log
    assert "secret" not in worker.log
