"""Points in time as an operator writes them."""

from time import time

import pytest

from moderator.cli.render.times import iso, parse_time
from moderator.errors import SettingsError


def test_a_moment_with_and_without_zone() -> None:
    assert parse_time("2026-11-22T13:00:00Z", "--since") == 1_795_352_400_000
    assert parse_time("2026-11-22T13:00", "--since") == 1_795_352_400_000
    assert parse_time("2026-11-22T14:00+01:00", "--since") == 1_795_352_400_000
    assert iso(1_795_352_400_999) == "2026-11-22T13:00:00Z"


@pytest.mark.parametrize(("text", "ago_s"), [("90s", 90), ("2h", 7_200), ("7d", 604_800)])
def test_so_long_ago(text: str, ago_s: int) -> None:
    found = parse_time(text, "--since")
    assert found is not None
    assert abs(time() - ago_s - found / 1000) < 60


def test_none_is_none() -> None:
    assert parse_time(None, "--since") is None


@pytest.mark.parametrize("text", ["", "soon", "2w", "-3h", "99999999d", "2026-13-01"])
def test_no_time_is_refused_with_the_option(text: str) -> None:
    with pytest.raises(SettingsError, match="--until"):
        parse_time(text, "--until")
