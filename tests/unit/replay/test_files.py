"""Files are opened by name, in order, and give ids that hold on any machine."""

import gzip
import random
from pathlib import Path

import pytest
import zstandard

from moderator.errors import SettingsError
from moderator.replay.files import open_rows
from moderator.replay.rows import Columns


def ids(*files: Path) -> list[str]:
    rows = open_rows([str(file) for file in files], None, Columns())
    return [row.comment.id for row in rows if row.comment]


def write(file: Path, text: str) -> Path:
    file.parent.mkdir(exist_ok=True)
    file.write_text(text)
    return file


def test_ids_hold_the_files_name_without_its_folder(tmp_path: Path) -> None:
    first, second = write(tmp_path / "a.txt", "x\ny\n"), write(tmp_path / "b.csv", "text\nz\n")
    assert ids(first, second) == ["a.txt:1", "a.txt:2", "b.csv:2"]


def test_files_of_one_name_stay_apart(tmp_path: Path) -> None:
    first, second = write(tmp_path / "1" / "a.txt", "x"), write(tmp_path / "2" / "a.txt", "y")
    assert len(set(ids(first, second))) == 2


def test_a_missing_file_is_reported_before_the_first_row(tmp_path: Path) -> None:
    there = write(tmp_path / "a.txt", "x")
    with pytest.raises(SettingsError, match=r"b\.txt: no such file"):
        open_rows([str(there), str(tmp_path / "b.txt")], None, Columns())


def test_a_compressed_file_is_read(tmp_path: Path) -> None:
    file = tmp_path / "a.jsonl.gz"
    file.write_bytes(gzip.compress(b'{"id":"z","text":"x"}\n'))
    assert ids(file) == ["z"]
    file.write_bytes(file.read_bytes()[:-12])
    with pytest.raises(SettingsError, match="not a whole gzip file"):
        ids(file)


def test_a_zstandard_file_is_read_and_one_that_was_cut_off_refused(tmp_path: Path) -> None:
    file = tmp_path / "a.csv.zst"
    noise = random.Random(1)
    rows = "".join(f"{n},{noise.random()}\n" for n in range(20_000))
    # Two frames, as of files that were compressed one by one and joined.
    file.write_bytes(zstandard.compress(b"id,text\n") + zstandard.compress(rows.encode()))
    assert ids(file) == [str(n) for n in range(20_000)]
    file.write_bytes(file.read_bytes()[:-40])
    with pytest.raises(SettingsError, match="not a whole Zstandard file"):
        ids(file)
    file.write_bytes(b"plain")
    with pytest.raises(SettingsError, match="not a whole Zstandard file"):
        ids(file)
