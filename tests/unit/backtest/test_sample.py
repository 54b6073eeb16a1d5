"""A sample has each kind of change; equal seeds draw alike, and each change may be drawn."""

from __future__ import annotations

from collections import Counter

from moderator.backtest.sample import Sample
from moderator.records import Action
from moderator.replay.diff import Change


def drawn(size: int, seed: int, count: int = 20) -> list[str]:
    sample = Sample(size, seed)
    kinds = [(Action.ALLOW, Action.REVIEW)] * count + [(Action.BLOCK, Action.ALLOW)]
    for number, (before, after) in enumerate(kinds):
        place = sample.place(before, after)
        if place is not None:
            sample.put(place, Change(str(number), before, after, (), ()))
    return [change.id for change in sample.changes]


def test_each_kind_has_its_share_the_largest_steps_first() -> None:
    ids = drawn(3, 1)
    assert ids[0] == "20"
    assert len(ids) == 4


def test_equal_seeds_draw_alike() -> None:
    assert drawn(3, 1) == drawn(3, 1)
    assert len({tuple(drawn(3, seed)) for seed in range(20)}) > 10


def test_every_change_is_as_likely() -> None:
    times = Counter(one for seed in range(1_000) for one in drawn(5, seed))
    assert times.pop("20") == 1_000
    assert len(times) == 20
    assert 180 < min(times.values()) <= max(times.values()) < 320


def test_none_are_kept_if_none_are_wanted() -> None:
    assert drawn(0, 1) == []
