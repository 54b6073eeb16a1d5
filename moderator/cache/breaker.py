"""A circuit breaker: skips a failing backend for a while, then tries it with one request."""

from __future__ import annotations

from collections.abc import Callable
from time import monotonic


class Breaker:
    """Closed → (`failures` in a row) → open → (`open_s` later) → half-open: one request passes.

    That request's outcome closes the circuit, or opens it for another `open_s` seconds. Every
    `allow()` that is True must be followed by exactly one of `succeeded`, `failed`, `abandoned`.
    `changed` is called each time the circuit closes (True) or opens (False).
    """

    def __init__(
        self,
        failures: int,
        open_s: float,
        changed: Callable[[bool], None] = lambda _: None,
        clock: Callable[[], float] = monotonic,
    ) -> None:
        self._limit = failures
        self._open_s = open_s
        self._changed = changed
        self._clock = clock
        self._in_a_row = 0
        self._opens_until: float | None = None
        self._probing = False

    def allow(self) -> bool:
        """Whether a request may go out now."""
        if self._opens_until is None:
            return True
        if self._probing or self._clock() < self._opens_until:
            return False
        self._probing = True
        return True

    def succeeded(self) -> None:
        """The backend answered."""
        self._in_a_row = 0
        self._probing = False
        if self._opens_until is not None:
            self._opens_until = None
            self._changed(True)

    def failed(self) -> None:
        """The backend did not answer, or not in time, or not in its protocol."""
        self._in_a_row += 1
        if self._probing or self._in_a_row >= self._limit:
            self.trip()
        self._probing = False

    def trip(self) -> None:
        """Open the circuit now: the backend is known not to answer."""
        opens = self._opens_until is None
        self._opens_until = self._clock() + self._open_s
        if opens:
            self._changed(False)

    def abandoned(self) -> None:
        """The request was given up for a reason that says nothing of the backend."""
        self._probing = False
