"""A steady flow of comments, some malformed, some repeated, some with odd timestamps."""

from __future__ import annotations

import random
import threading
import time

from tests.integration.ledger import Ledger

_TICK_S = 0.1
_BAD_SHARE = 0.02


class Traffic:
    """Produces `rate` records a second in a thread, and reads what comes out in another."""

    def __init__(self, ledger: Ledger, rate: int, seed: int) -> None:
        self._ledger = ledger
        self._each_tick = max(1, int(rate * _TICK_S))
        self._chance = random.Random(seed)
        self._numbers = 0
        self._produced_at: dict[str, float] = {}
        self._producing = threading.Event()
        self._reading = threading.Event()
        self._sender = threading.Thread(target=self._send, daemon=True)
        self._reader = threading.Thread(target=self._read, daemon=True)
        self.clock_step_s = 0.0
        """Added to the timestamps of what is produced."""
        self.waits_s: list[float] = []
        """For each comment, the time from being produced to its first verdict or dead letter."""

    def start(self) -> None:
        """Begin."""
        self._sender.start()
        self._reader.start()

    def stop_producing(self) -> None:
        """No more comments; those produced are confirmed or given up on return.

        Once this producer, librdkafka's, was seen to take up its work no more after a broker that
        hung and was restarted. What it holds then never reached the worker.
        """
        self._producing.set()
        self._sender.join()
        try:
            self._ledger.flush()
        except RuntimeError:
            self._ledger.give_up()

    def close(self) -> None:
        """End both; does nothing if they have ended."""
        self._producing.set()
        self._reading.set()
        for thread in (self._sender, self._reader):
            if thread.ident is not None:
                thread.join()

    def produce(self, records: list[tuple[str, bytes]]) -> None:
        """Send records beside the steady flow."""
        now = time.monotonic()
        self._produced_at.update((key, now) for key, _ in records)
        self._ledger.produce(records)

    def _send(self) -> None:
        while not self._producing.wait(_TICK_S):
            records = [self._record() for _ in range(self._each_tick)]
            now = time.monotonic()
            self._produced_at.update((key, now) for key, _ in records)
            stamp = time.time() + self.clock_step_s if self.clock_step_s else None
            self._ledger.produce(records, stamp)

    def _record(self) -> tuple[str, bytes]:
        self._numbers += 1
        key = f"k{self._numbers}"
        if self._chance.random() < _BAD_SHARE:
            return key, self._chance.choice([b"{", b"[]", b"\xff", b'{"id":"x"}'])
        text = self._chance.randrange(2_000)
        return key, b'{"id":"%s","text":"comment number %d"}' % (key.encode(), text)

    def _read(self) -> None:
        while not self._reading.is_set():
            for key in self._ledger.read(0.1):
                at = self._produced_at.pop(key, None)
                if at is not None:
                    self.waits_s.append(time.monotonic() - at)
