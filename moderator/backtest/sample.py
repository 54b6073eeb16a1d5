"""A seeded sample of each kind of change, in constant memory."""

from __future__ import annotations

from random import Random

from moderator.records import Action
from moderator.replay.diff import Change


class Sample:
    """Up to `size` changes of each kind (old action, new action), each equally likely to be in it.

    Equal seeds and equal changes in equal order give equal samples.
    """

    def __init__(self, size: int, seed: int = 0) -> None:
        self._size = size
        self._seed = seed
        self._kinds: dict[tuple[Action, Action], _Kind] = {}

    def place(self, before: Action, after: Action) -> int | None:
        """Where the next change of a kind belongs, or None if it is not in the sample."""
        kind = self._kinds.get((before, after))
        if kind is None:
            chance = Random(f"{self._seed} {before} {after}")
            kind = self._kinds[before, after] = _Kind(chance)
        place = kind.seen
        kind.seen += 1
        if place >= self._size:
            place = kind.chance.randrange(kind.seen)
        return place if place < self._size else None

    def put(self, place: int, change: Change) -> None:
        """Keep a change at the place it was given."""
        kept = self._kinds[change.before, change.after].kept
        kept[place : place + 1] = [change]

    @property
    def changes(self) -> list[Change]:
        """The sample, kind by kind, the largest steps first, and in them the largest changes."""
        kinds = sorted(self._kinds, key=lambda pair: (-abs(pair[0].rank - pair[1].rank), pair))
        return [
            change
            for pair in kinds
            for change in sorted(self._kinds[pair].kept, key=lambda kept: -kept.size)
        ]


class _Kind:
    def __init__(self, chance: Random) -> None:
        self.chance = chance
        self.seen = 0
        self.kept: list[Change] = []
