"""Batches come at the pace asked for, or as fast as they are taken."""

import asyncio

import pytest

from moderator.errors import SettingsError
from moderator.replay.pace import batches, parse_rate
from moderator.testing import ManualClock


@pytest.mark.parametrize(
    ("text", "rate"), [("200/s", 200.0), ("30/m", 0.5), ("3600/h", 1.0), ("5", 5.0)]
)
def test_rates(text: str, rate: float) -> None:
    assert parse_rate(text) == rate


@pytest.mark.parametrize("text", ["", "fast", "5/d", "0/s", "-1/s", "nan", "inf"])
def test_bad_rates_are_refused_with_the_right_form(text: str) -> None:
    with pytest.raises(SettingsError, match="200/s"):
        parse_rate(text)


async def test_flat_out_fills_batches() -> None:
    assert [b async for b in batches(range(5), 2)] == [[0, 1], [2, 3], [4]]


async def test_no_item_comes_before_its_time(
    clock: ManualClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def sleep(seconds: float) -> None:
        clock.advance(seconds)

    monkeypatch.setattr(asyncio, "sleep", sleep)
    start = clock.now
    seen = []
    async for batch in batches(range(20), 4, 10.0, clock=clock):
        seen += [(item, clock.now - start) for item in batch]
    assert [item for item, _ in seen] == list(range(20))
    assert all(at >= item / 10.0 - 1e-9 for item, at in seen)
    assert seen[-1][1] == pytest.approx(1.9)


async def test_a_slow_consumer_catches_up_in_larger_batches(
    clock: ManualClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def sleep(seconds: float) -> None:
        clock.advance(seconds)

    monkeypatch.setattr(asyncio, "sleep", sleep)
    sizes = []
    async for batch in batches(range(40), 100, 10.0, clock=clock):
        sizes.append(len(batch))
        clock.advance(1.0)
    assert sum(sizes) == 40
    assert max(sizes) >= 10
