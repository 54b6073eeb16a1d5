"""A model's folder is refused with file, reason and remedy wherever it is not what it says."""

from pathlib import Path

import pytest

from moderator.errors import ModelError
from moderator.scorers.artifacts import MANIFEST, Artifacts, replace_file, write_model
from moderator.scorers.compact.scorer import BUNDLED
from moderator.scorers.compact.settings import FORMAT


def write(directory: Path, content: bytes = b"weights") -> None:
    write_model(
        directory,
        name="tiny",
        model_format=1,
        labels=("toxicity",),
        files={"weights.bin": content},
        settings={},
    )


def test_what_was_written_is_read(tmp_path: Path) -> None:
    write(tmp_path)
    assert Artifacts.open(tmp_path, 1).read("weights.bin") == b"weights"
    assert sorted(path.name for path in tmp_path.iterdir()) == [MANIFEST, "weights.bin"]


def test_a_file_is_replaced_with_its_entry(tmp_path: Path) -> None:
    write(tmp_path)
    replace_file(tmp_path, "weights.bin", b"newer weights")
    assert Artifacts.open(tmp_path, 1).read("weights.bin") == b"newer weights"


def test_each_file_of_the_bundled_model_is_as_its_manifest_says() -> None:
    """The card's words changed? `python -m moderator.training card` takes them in."""
    artifacts = Artifacts.open(BUNDLED, FORMAT)
    there = {path.name for path in BUNDLED.iterdir()}
    assert there == {MANIFEST, *artifacts.manifest.files}
    for name, entry in artifacts.manifest.files.items():
        assert len(artifacts.read(name)) == entry.size_bytes


def test_version_goes_with_the_content(tmp_path: Path) -> None:
    write(tmp_path / "a")
    write(tmp_path / "b")
    write(tmp_path / "c", b"other weights")
    a, b, c = (Artifacts.open(tmp_path / name, 1).version for name in "abc")
    assert a == b != c


def test_an_altered_file_is_refused(tmp_path: Path) -> None:
    write(tmp_path)
    (tmp_path / "weights.bin").write_bytes(b"weightz")
    with pytest.raises(ModelError, match=r"weights\.bin: altered .* install"):
        Artifacts.open(tmp_path, 1).read("weights.bin")


def test_a_missing_file_is_named(tmp_path: Path) -> None:
    write(tmp_path)
    (tmp_path / "weights.bin").unlink()
    with pytest.raises(ModelError, match=r"weights\.bin: cannot be read"):
        Artifacts.open(tmp_path, 1).read("weights.bin")


def test_a_file_the_manifest_does_not_name_is_refused(tmp_path: Path) -> None:
    write(tmp_path)
    (tmp_path / "stray.bin").write_bytes(b"x")
    with pytest.raises(ModelError, match=r"names no file 'stray\.bin'"):
        Artifacts.open(tmp_path, 1).read("stray.bin")


def test_a_folder_without_manifest_is_refused(tmp_path: Path) -> None:
    with pytest.raises(ModelError, match=r"model\.json: cannot be read"):
        Artifacts.open(tmp_path, 1)


def test_a_broken_manifest_is_refused(tmp_path: Path) -> None:
    (tmp_path / MANIFEST).write_text("{")
    with pytest.raises(ModelError, match="not a model's manifest"):
        Artifacts.open(tmp_path, 1)


def test_another_format_is_refused(tmp_path: Path) -> None:
    write(tmp_path)
    with pytest.raises(ModelError, match="format 1, but this version reads 2"):
        Artifacts.open(tmp_path, 2)
