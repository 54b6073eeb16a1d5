"""What every sink of verdicts and dead letters must do."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import NamedTuple, Protocol

from moderator.records import DeadLetter, Verdict


class Outcome(NamedTuple):
    """What became of one comment; `partition` is the one its comment came from."""

    partition: int
    record: Verdict | DeadLetter


@dataclass(frozen=True, slots=True)
class Undelivered:
    """What a call of `publish` did not deliver; both lists keep the order of the batch."""

    unconfirmed: list[Outcome] = field(default_factory=list)
    """To be published again: the sink may or may not have them."""
    too_large: list[Outcome] = field(default_factory=list)
    """Never to be published again as they are: the sink refuses them for their size."""
    causes: list[str] = field(default_factory=list)
    """Why, once for each failure: of `metrics.delivery.BROKER_CAUSES`."""


class VerdictSink(Protocol):
    """A destination of outcomes, at least once.

    A comment is acknowledged only after `publish` has returned without its outcome among the
    undelivered ones. So `publish` must not return before its destination has stored, for good,
    every outcome that it does not give back; if in doubt it gives an outcome back, and the
    destination sees it twice. Consumers deduplicate by `Verdict.id`.

    Outcomes of one partition must be stored in the order of the batch: an outcome may only be
    stored when those of its partition before it are. Calls do not overlap.
    """

    async def start(self) -> None:
        """Connect and check that the destination is usable. Raises ModeratorError."""

    async def publish(self, batch: Sequence[Outcome]) -> Undelivered:
        """Store the outcomes and wait for their confirmation; what is not stored is returned.

        A failure of the destination is returned, not raised; the caller pauses and
        tries again.
        """

    async def flush(self) -> None:
        """Wait until nothing is buffered any more."""

    async def close(self) -> None:
        """Release connections; also called after a failed `start`."""
