"""A model's folder is refused with file, reason and remedy if it is not what its manifest says."""

from collections.abc import Callable
from pathlib import Path
from typing import ClassVar

import pytest

from moderator.errors import ModelError
from moderator.scorers.compact.scorer import BUNDLED, open_folder
from moderator.scorers.model_folder import Manifest, ModelFolder, write_manifest, write_model


class Tiny(Manifest, frozen=True, kw_only=True):
    FILE: ClassVar[str] = "tiny.json"
    FORMAT: ClassVar[int] = 1


TINY = Tiny(name="tiny", format=1, labels=("toxicity",), files={})


def write(directory: Path, content: bytes = b"weights") -> None:
    write_model(directory, TINY, {"weights.bin": content})


def opened(directory: Path) -> ModelFolder[Tiny]:
    return ModelFolder.open(directory, Tiny, "write it again")


def by_content(directory: Path, name: str) -> bytes:
    return opened(directory).read(name)


def by_path(directory: Path, name: str) -> bytes:
    return opened(directory).path(name).read_bytes()


both_ways = pytest.mark.parametrize("read", [by_content, by_path])
Read = Callable[[Path, str], bytes]


@both_ways
def test_what_was_written_is_read(tmp_path: Path, read: Read) -> None:
    write(tmp_path)
    assert read(tmp_path, "weights.bin") == b"weights"
    assert sorted(path.name for path in tmp_path.iterdir()) == ["tiny.json", "weights.bin"]


def test_a_file_is_replaced_with_its_entry_and_the_others_stay(tmp_path: Path) -> None:
    write(tmp_path)
    write_model(tmp_path, opened(tmp_path).manifest, {"words.txt": b"a"})
    write_model(tmp_path, opened(tmp_path).manifest, {"weights.bin": b"newer weights"})
    assert by_content(tmp_path, "weights.bin") == b"newer weights"
    assert by_content(tmp_path, "words.txt") == b"a"


def test_each_file_of_the_bundled_model_is_as_its_manifest_says() -> None:
    """The card's words changed? `python -m moderator.training card` takes them in."""
    folder = open_folder()
    there = {path.name for path in BUNDLED.iterdir()}
    assert there == {folder.manifest.FILE, *folder.manifest.files}
    for name, entry in folder.manifest.files.items():
        assert len(folder.read(name)) == entry.size_bytes


def test_the_version_goes_with_the_content(tmp_path: Path) -> None:
    write(tmp_path / "a")
    write(tmp_path / "b")
    write(tmp_path / "c", b"other weights")
    a, b, c = (opened(tmp_path / name).version for name in "abc")
    assert a == b != c


def test_the_version_does_not_go_with_what_people_read(tmp_path: Path) -> None:
    write(tmp_path)
    before = opened(tmp_path).version
    write_model(tmp_path, opened(tmp_path).manifest, {"CARD.md": b"words"})
    assert opened(tmp_path).version == before
    write(tmp_path, b"other weights")
    assert opened(tmp_path).version != before


@both_ways
@pytest.mark.parametrize(
    ("content", "said"), [(b"weightz", "sha256 is"), (b"weight", "6 bytes, not 7")]
)
def test_an_altered_file_is_refused(tmp_path: Path, read: Read, content: bytes, said: str) -> None:
    write(tmp_path)
    (tmp_path / "weights.bin").write_bytes(content)
    with pytest.raises(ModelError, match=rf"weights\.bin: altered \({said}.*; write it again"):
        read(tmp_path, "weights.bin")


@both_ways
def test_a_missing_file_is_named(tmp_path: Path, read: Read) -> None:
    write(tmp_path)
    (tmp_path / "weights.bin").unlink()
    with pytest.raises(ModelError, match=r"weights\.bin: is missing; write it again"):
        read(tmp_path, "weights.bin")


@both_ways
def test_a_file_the_manifest_does_not_name_is_refused(tmp_path: Path, read: Read) -> None:
    write(tmp_path)
    (tmp_path / "stray.bin").write_bytes(b"x")
    with pytest.raises(ModelError, match=r"the model has no stray\.bin"):
        read(tmp_path, "stray.bin")


def test_a_folder_without_manifest_is_refused(tmp_path: Path) -> None:
    with pytest.raises(ModelError, match=r"no model \(tiny\.json missing\); write"):
        opened(tmp_path)


def test_a_broken_manifest_is_refused(tmp_path: Path) -> None:
    (tmp_path / Tiny.FILE).write_text("{")
    with pytest.raises(ModelError, match="not a valid manifest"):
        opened(tmp_path)


def test_another_format_is_refused(tmp_path: Path) -> None:
    write_manifest(tmp_path, Tiny(name="tiny", format=2, labels=(), files={}))
    with pytest.raises(ModelError, match="format 2, but this version reads 1"):
        opened(tmp_path)
