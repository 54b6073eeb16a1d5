"""Which files are examined, and which allowed entries allow nothing."""

from __future__ import annotations

from pathlib import Path

import pytest

from moderator.lexicon.entries.dataset import entries_by_file
from moderator.lexicon.entries.lint import examine, lint


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


def test_beside_the_shipped_lexicon_it_is_a_warning(tmp_path: Path) -> None:
    path = file(tmp_path, '"blat"', '"zzyzx"')
    (fault,) = lint([path], with_shipped=True)
    assert str(fault) == f"{path}:7: warning: 'zzyzx' allows nothing: it holds no term"


def test_of_the_shipped_lexicon_alone_it_is_an_error(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = file(tmp_path, '"blat"', '"zzyzx"')
    monkeypatch.setattr("moderator.lexicon.entries.lint.shipped", lambda _: path)
    assert [fault.warning for fault in lint([], with_shipped=True)] == [False]


def test_the_shipped_files_are_examined_if_asked_for_or_if_no_others_are_given(
    tmp_path: Path,
) -> None:
    path = file(tmp_path, '"blat", "frell"', '"oblato"')
    own, _ = examine([path])
    assert entries_by_file(own) == {str(path): 3}
    shipped, faults = examine([])
    assert faults == []
    assert str(path) not in entries_by_file(shipped)
    assert entries_by_file(examine(iter([path]), True)[0]) == {
        str(path): 3, **entries_by_file(shipped)
    }  # fmt: skip
    assert examine([], True)[0].version == shipped.version
