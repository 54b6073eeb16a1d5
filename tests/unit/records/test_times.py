"""Times of records, and what is none."""

from __future__ import annotations

import pytest

from moderator.records import epoch_seconds


def test_a_time_is_seconds_since_1970() -> None:
    assert epoch_seconds("1970-01-02T01:00:00.500+01:00") == 86_400.5


@pytest.mark.parametrize("time", [None, "", "yesterday", "0001-01-01T00:00:00", "1970-13-01"])
def test_anything_else_is_none(time: str | None) -> None:
    assert epoch_seconds(time) is None
