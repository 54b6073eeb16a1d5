"""Labelled files: usual columns are found, others are named, bad rows are reported by line."""

import gzip
from collections.abc import Callable
from pathlib import Path

import pytest

from moderator.errors import RowError
from moderator.evaluation.labelled import read_labelled


def test_jigsaws_columns_are_known(tmp_path: Path) -> None:
    file = tmp_path / "a.csv.gz"
    file.write_bytes(gzip.compress(b'id,comment_text,toxic,identity_hate\n1,"a\nb",1,0\n2,c,0,1\n'))
    labelled = read_labelled(file)
    assert labelled.texts == ["a\nb", "c"]
    assert {label: truth.tolist() for label, truth in labelled.truth.items()} == {
        "toxicity": [True, False],
        "identity_attack": [False, True],
    }


def test_columns_may_be_named_and_shares_are_cut_at_half(tmp_path: Path) -> None:
    file = tmp_path / "a.csv"
    file.write_text("body,score\nx,0.5\ny,0.49\n")
    labelled = read_labelled(file, "body", {"insult": "score"})
    assert labelled.truth["insult"].tolist() == [True, False]


@pytest.mark.parametrize(
    ("content", "message"),
    [
        ("text,toxic\nx,1\ny,maybe\n", r"a\.csv:3: column 'toxic' holds no number"),
        ("text,other\nx,1\n", "no column of a known label"),
        ("body,toxic\nx,1\n", "no column 'comment_text' or"),
    ],
)
def test_what_is_wrong_is_told(tmp_path: Path, content: str, message: str) -> None:
    (tmp_path / "a.csv").write_text(content)
    with pytest.raises(RowError, match=message):
        read_labelled(tmp_path / "a.csv")


def test_a_missing_file_is_told(tmp_path: Path) -> None:
    with pytest.raises(RowError, match="cannot be read"):
        read_labelled(tmp_path / "none.csv")


@pytest.mark.parametrize("damage", [lambda data: data[:-4], lambda data: data[:10] + b"\xff" * 9])
def test_a_damaged_archive_is_told(tmp_path: Path, damage: Callable[[bytes], bytes]) -> None:
    file = tmp_path / "a.csv.gz"
    file.write_bytes(damage(gzip.compress(b"text,toxic\n" + b"x,1\n" * 99)))
    with pytest.raises(RowError, match="cannot be read"):
        read_labelled(file)
