"""Our own sentences: their form, what each line says of the heads, and that half are quiet."""

import json
import re
from pathlib import Path

import numpy as np
import pytest

pytest.importorskip("pandas", reason="the extra train is not installed")

from moderator.training.corpus.examples import HEADS
from moderator.training.corpus.sentences import SENTENCES, read, sentences

CASES = Path(__file__).parents[2] / "cases"


def said(row: np.ndarray) -> dict[str, float]:
    return {head: round(float(v), 2) for head, v in zip(HEADS, row, strict=True) if v == v}


def test_a_line_speaks_for_what_it_names(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "xx").mkdir()
    (tmp_path / "xx" / "kind.tsv").write_text("1\tthreat\tone\n0\t\ttwo\n0\tobscene\tthree\n")
    monkeypatch.setattr("moderator.training.corpus.sentences.SENTENCES", tmp_path)
    made = sentences("xx")
    assert made.texts == ["one", "two", "three"]
    threat, quiet, rude = map(said, made.targets)
    assert threat["threat"] == threat["attack"] == threat["toxicity"] == 0.98
    assert threat["identity_attack"] == threat["hate"] == 0
    assert "insult" not in threat
    assert set(quiet.values()) == {0.0}
    assert set(quiet) == set(HEADS)
    assert "toxicity" not in rude
    assert rude["attack"] == 0


@pytest.mark.parametrize("line", ["1\tinsult", "2\t\ttext", "1\tunheard\ttext"])
def test_a_malformed_line_is_named(line: str, tmp_path: Path) -> None:
    file = tmp_path / "kind.tsv"
    file.write_text(f"0\t\tfine\n{line}\n")
    with pytest.raises(ValueError, match=r"kind\.tsv:2"):
        list(read(file))


@pytest.mark.parametrize("folder", sorted(SENTENCES.iterdir()), ids=lambda folder: folder.name)
def test_every_file_reads_and_half_of_a_language_is_quiet(folder: Path) -> None:
    lines = [line for file in sorted(folder.glob("*.tsv")) for line in read(file)]
    held = np.mean([line.hold for line in lines])
    assert len(lines) >= 200
    assert 0.4 < held < 0.6
    assert all(bool(line.marks - {"obscene"}) <= line.hold for line in lines)


def test_no_case_of_the_tests_is_learnt() -> None:
    own = {_words(line.text) for file in SENTENCES.rglob("*.tsv") for line in read(file)}
    cases = {_words(text) for file in CASES.glob("*.jsonl") for text in _texts(file)}
    assert cases
    assert not own & (cases - {""})


def _words(text: str) -> str:
    """A text without case, signs and spacing: a comma more or less makes no new sentence."""
    return " ".join(re.findall(r"\w+", text.casefold()))


def _texts(file: Path) -> list[str]:
    return [
        json.loads(line).get("text", "") for line in file.read_text("utf-8").splitlines() if line
    ]
