"""Our own sentences, written by hand: `moderator/training/sentences/LANGUAGE/KIND.tsv`.

A line is `hold<TAB>labels<TAB>text`: whether a moderator of a general forum would hold it, and
what for (insult, threat, identity_attack, obscene, sexual, self_harm, severe; may be empty).
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

import numpy as np

from moderator.training.corpus.examples import HEADS, LABELS, Examples

SENTENCES = Path(__file__).parents[1] / "sentences"
MARKS = ("insult", "threat", "identity_attack", "obscene", "sexual", "self_harm", "severe")
_SURE = 0.98


class Sentence(NamedTuple):
    """One line of a file."""

    hold: bool
    marks: frozenset[str]
    text: str


def read(file: Path) -> Iterator[Sentence]:
    """The sentences of a file. Raises ValueError with file and line if one is malformed."""
    for number, line in enumerate(file.read_text("utf-8").splitlines(), 1):
        parts = line.split("\t")
        marks = frozenset(filter(None, parts[1].split(","))) if len(parts) == 3 else frozenset()
        if len(parts) != 3 or parts[0] not in ("0", "1") or not marks <= set(MARKS):
            raise ValueError(f"{file}:{number}: not hold<TAB>labels<TAB>text")
        yield Sentence(parts[0] == "1", marks, parts[2])


def sentences(language: str, weight: float = 1.0) -> Examples:
    """All sentences of a language, each once."""
    every = {
        sentence.text: sentence
        for file in sorted((SENTENCES / language).glob("*.tsv"))
        for sentence in read(file)
    }
    texts = list(every)
    targets = np.stack([_targets(every[text]) for text in texts])
    weights = np.full(len(texts), weight, np.float32)
    return Examples(texts, targets, weights, [f"own_{language}"] * len(texts))


def _targets(sentence: Sentence) -> np.ndarray:
    """What a sentence says of each head; a quiet one with a rude word leaves the rude labels be."""
    row = np.zeros(len(HEADS), np.float32)
    marks = sentence.marks
    if not sentence.hold:
        if "obscene" in marks:
            for label in ("toxicity", "obscene", "offence"):
                row[HEADS.index(label)] = np.nan
        return row
    for head in ("toxicity", "offence", "attack"):
        row[HEADS.index(head)] = _SURE
    for label in LABELS:
        if label in marks:
            row[HEADS.index(label)] = _SURE
    row[HEADS.index("severe_toxicity")] = np.nan
    if "insult" not in marks:
        row[HEADS.index("insult")] = np.nan
    if "sexual" in marks or "obscene" not in marks:
        row[HEADS.index("obscene")] = np.nan
    row[HEADS.index("hate")] = row[HEADS.index("identity_attack")]
    return row
