"""A log that begins with message sets of formats 0 and 1, as after an upgrade from an old Kafka."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from functools import partial

import pytest

from tests.integration.conftest import Start
from tests.integration.ledger import Ledger
from tests.integration.test_delivery import numbered
from tests.integration.workers import ROOT, WorkerProcess
from tests.kafka import KafkaServer
from tests.old_formats import FORMATS, GZIP, Format, message_set, write_log
from tests.waiting import eventually

TOPICS = ("comments", "verdicts", "comments.dlq")
IN_A_SET = 20


def records(ledger: Ledger, fmt: Format) -> list[tuple[str, bytes]]:
    """Comments, and one record that is not JSON; they count as produced."""
    name = f"{fmt.magic}-{fmt.codec}-"
    found = [*numbered(IN_A_SET - 1, name), (f"{name}bad", b"not JSON")]
    ledger.produced.update(key for key, _ in found)
    return found


@pytest.mark.timeout(300)
def test_comments_in_old_formats_are_judged_and_corrupt_ones_are_named(
    broker: KafkaServer, ledger: Ledger, start: Start
) -> None:
    sets = [message_set(fmt, at * IN_A_SET, records(ledger, fmt)) for at, fmt in enumerate(FORMATS)]
    plain = message_set(Format(1, 0), 0, list(numbered(IN_A_SET, "plain")))
    packed = message_set(Format(1, GZIP), 0, list(numbered(IN_A_SET, "packed")))
    broker.stop(signal.SIGTERM)
    for partition, content in enumerate((sets, [plain], [packed])):
        write_log(broker.data / f"comments-{partition}", content)
    broker.start()
    ledger.produced |= {key for key, _ in numbered(IN_A_SET, "plain")} - {"plain0"}
    ledger.produce(numbered(200, "new"))
    ledger.flush()
    # Only now: Kafka neither starts on such a log nor appends to it. It hands out what is plain
    # without a look, and fails at what it has to unpack.
    write_log(broker.data / "comments-1", [flipped(plain, 40)])
    write_log(broker.data / "comments-2", [flipped(packed, -2)])
    first = start()
    for partition, what in ((1, "offset 0 cannot be read"), (2, "the broker cannot read its log")):
        assert eventually(partial(logged, first, f"comments/{partition}: {what}"), True), first.log
    assert "partitions are held" in first.page("readyz")
    assert first.metric("moderator_held_partitions", reason="unreadable") == 2
    assert first.terminate() == 0
    for place in (("1", "0"), ("2", str(IN_A_SET - 1), "--with-earlier")):
        assert f"moderator topics skip comments {place[0]} 0" in first.log
        subprocess.run(
            [sys.executable, "-m", "moderator", "topics", "skip", "comments", *place, "--yes"],
            env={**os.environ, "MODERATOR_KAFKA__BOOTSTRAP_SERVERS": broker.bootstrap},
            cwd=ROOT, timeout=120, check=True, capture_output=True,
        )  # fmt: skip
    second = start().ready()
    ledger.settle()
    assert ledger.missing == set()
    assert eventually(lambda: ledger.all_acknowledged("moderator"), True)
    assert second.terminate() == 0, second.log


def logged(worker: WorkerProcess, text: str) -> bool:
    return text in worker.log


def flipped(data: bytes, at: int) -> bytes:
    """With one bit changed."""
    changed = bytearray(data)
    changed[at] ^= 1
    return bytes(changed)
