"""A side is a policy file or a settings file; texts are scored once if both score alike."""

from __future__ import annotations

from pathlib import Path

import pytest

from moderator.backtest.sides import sides_of
from moderator.errors import PolicyError, SettingsError
from moderator.policy import Policies
from moderator.settings import Settings

POLICY = 'default = "p"\n[policies.p.review]\nprofanity = 0.5\n'
CHARGING = POLICY.replace(
    "[policies.p.review]", '[policies.p]\nquoted = "charge"\n[policies.p.review]'
)
OTHER = 'policy = "a.toml"\n[scorers]\nuse = ["lexicon"]\n'


@pytest.fixture
def base(tmp_path: Path) -> Settings:
    for name, text in {"a": POLICY, "b": POLICY + "threat = 0.5\n", "quotes": CHARGING,
                       "other": OTHER, "same": 'policy = "b.toml"\n'}.items():  # fmt: skip
        (tmp_path / f"{name}.toml").write_text(text)
    return Settings(policy=tmp_path / "a.toml")


def in_force(base: Settings) -> list[Policies]:
    return [Policies.load(base.policy)]


@pytest.mark.parametrize(
    ("new", "alike"), [("b", True), ("same", True), ("quotes", False), ("other", False)]
)
def test_one_scoring_serves_both_if_they_score_alike(
    base: Settings, tmp_path: Path, new: str, alike: bool
) -> None:
    sides = sides_of(tmp_path / f"{new}.toml", None, base, in_force(base))
    assert (sides.before.scoring is sides.after.scoring) is alike
    assert sides.recorded


def test_against_names_the_side_before(base: Settings, tmp_path: Path) -> None:
    sides = sides_of(tmp_path / "a.toml", tmp_path / "b.toml", base, in_force(base))
    assert not sides.recorded
    (before,), (after,) = sides.before.components, sides.after.components
    assert before.version != after.version
    sides = sides_of(tmp_path / "same.toml", None, base, in_force(base))
    assert sides.after.components == (before,)


@pytest.mark.parametrize(
    ("text", "error"),
    [("default = ", PolicyError), ('default = "x"', PolicyError), ("polcy = 1", SettingsError)],
)
def test_a_bad_file_is_refused(
    base: Settings, tmp_path: Path, text: str, error: type[Exception]
) -> None:
    (tmp_path / "bad.toml").write_text(text)
    with pytest.raises(error, match=r"bad\.toml"):
        sides_of(tmp_path / "bad.toml", None, base, in_force(base))
