"""Which files are examined, and which allowed entries allow nothing."""

from __future__ import annotations

from pathlib import Path

import pytest

from moderator.lexicon.entries.lint import lint


def file(folder: Path, terms: str, allowed: str) -> Path:
    path = folder / "x.toml"
    path.write_text(
        'language = "en"\n[[terms]]\ncategory = "insult"\nseverity = 2\n'
        f"entries = [{terms}]\n[[allow]]\nentries = [{allowed}]\n"
    )
    return path


@pytest.mark.parametrize(
    ("term", "allowed", "is_idle"),
    [
        ("blat", "oblatos", False),
        ("blat", "blaat", False),  # doubled letters are as one
        ("blat", "blet", True),
        ("bl at", "oblato", False),
        ("bl at", "ob_lato", False),
        ("the_mf", "loathe mf", False),
        ("ab", "cabin", False),
        ("aa", "cabin", True),  # found as a word of its own only
        ("blat", "[blet|oblato]", False),
    ],
)
def test_an_allowed_entry_without_a_term_is_a_fault(
    tmp_path: Path, term: str, allowed: str, is_idle: bool
) -> None:
    path = file(tmp_path, f'"{term}"', f'"{allowed}"')
    faults = [str(fault) for fault in lint([path])]
    assert faults == [f"{path}:7: {allowed!r} allows nothing: it holds no term"] * is_idle


def test_of_the_shipped_lexicon_alone_it_is_an_error(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = file(tmp_path, '"blat"', '"zzyzx"')
    monkeypatch.setattr("moderator.lexicon.entries.lint.shipped", lambda _: path)
    assert [fault.warning for fault in lint([], with_shipped=True)] == [False]
