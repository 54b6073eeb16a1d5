"""Held-or-not texts of each kind of platform that no training sees: what the blend is chosen on.

Sets of role *valid* as a whole, and of the sets that are learnt from the tenth that
`moderator.evaluation.held_out` keeps.
"""

from __future__ import annotations

import ast
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import numpy.typing as npt
import pandas as pd

from moderator.evaluation.held_out import held_out
from moderator.training.corpus import quiet
from moderator.training.corpus.abuse import ABUSE
from moderator.training.corpus.examples import HEADS, Examples
from moderator.training.corpus.platforms import PLATFORMS
from moderator.training.corpus.sentences import sentences

_MOST = 1_500
"""Texts a domain and class: more would only take time."""
_ATTACK, _OFFENCE = HEADS.index("attack"), HEADS.index("offence")


@dataclass(frozen=True)
class Domain:
    """`texts` and whether each is to be held; of a quiet domain none is."""

    name: str
    texts: list[str]
    hold: npt.NDArray[np.bool_]


def domains(data: Path) -> list[Domain]:
    """Five kinds of platform, our own sentences, and quiet talk, in this order."""
    return [
        _domain("tweets", [_hatexplain(data), _kept(ABUSE["davidson"](data), _OFFENCE)]),
        _domain("reddit", [_ruddit(data), _kept(PLATFORMS["toxichat"](data))]),
        _domain("youtube", [_kept(PLATFORMS["kaggle_insults"](data))]),
        _domain("chat", [_kept(ABUSE["discord"](data)), _kept(ABUSE["convabuse"](data))]),
        _domain("mixed", [_kept(PLATFORMS["sbic"](data), _OFFENCE), _hatemoji(data), _civil(data)]),
        _domain("own", [_kept(sentences("en")), _kept(quiet.judged(data))]),
        _domain("quiet", [_kept(read(data)) for read in (quiet.everyday, quiet.strong_words)]),
    ]


_Rows = tuple[list[str], npt.NDArray[np.bool_]]


def _domain(name: str, parts: Iterable[_Rows]) -> Domain:
    """The parts as one, no class with more than `_MOST` texts."""
    parts = list(parts)
    texts = np.array([text for part, _ in parts for text in part], dtype=object)
    hold = np.concatenate([truth for _, truth in parts])
    order = np.random.default_rng(0).permutation(len(texts))
    kept = np.sort(np.concatenate([order[hold[order] == held][:_MOST] for held in (True, False)]))
    return Domain(name, texts[kept].tolist(), hold[kept])


def _kept(examples: Examples, head: int = _ATTACK) -> _Rows:
    """The tenth that is never learnt from, if its label is clear."""
    share = examples.targets[:, head]
    rows = [
        at
        for at, text in enumerate(examples.texts)
        if held_out(text) and (share[at] >= 0.6 or share[at] <= 0.3)
    ]
    return [examples.texts[at] for at in rows], share[rows] >= 0.6


def _hatexplain(directory: Path) -> _Rows:
    frame = pd.read_csv(directory / "hatexplain_test.csv.gz")
    votes = [ast.literal_eval(row)["label"] for row in frame.annotators]
    # its numbering: 0 hate, 1 normal, 2 offensive
    return list(frame.unmasked_sentence), np.array([np.mean(np.equal(v, 1)) < 0.5 for v in votes])


def _ruddit(directory: Path) -> _Rows:
    frame = pd.read_csv(directory / "ruddit.csv.gz").dropna(subset=["txt"])
    clear = (frame.offensiveness_score > 0.25) | (frame.offensiveness_score < 0)
    frame = frame[clear & ~frame.txt.isin(["[deleted]", "[removed]"])]
    return list(frame.txt), (frame.offensiveness_score > 0.25).to_numpy()


def _hatemoji(directory: Path) -> _Rows:
    frame = pd.read_csv(directory / "hatemoji_build_valid.csv.gz")
    return list(frame.text), (frame.label_gold == 1).to_numpy()


def _civil(directory: Path) -> _Rows:
    frame = pd.read_csv(directory / "civil_comments_sample.csv.gz")
    return list(frame.comment_text), (frame.toxic == 1).to_numpy()
