"""Our own sentences on groups of people, so that the mention of one is not taken for abuse.

Every template (`templates.toml`) is used with every group, in neutral, positive, reporting,
negating and counter-speech frames on one side and hostile frames on the other; the model can
then tell them apart by the frame alone.
"""

from __future__ import annotations

import re
import tomllib
from collections import Counter
from dataclasses import replace
from itertools import product
from pathlib import Path

import numpy as np

from moderator.training.datasets import LABELS, Examples, build

_DATA = Path(__file__).with_name("templates.toml")
_WEIGHT = 0.6
_HOSTILE = {"hostile": (0.0, 0.1), "threat": (0.9, 0.1), "obscene": (0.0, 1.0)}
"""What hostile kinds hold of threat and obscene."""


def templates(seed: int = 0, limit: int = 900) -> Examples:
    """Sentences with and without abuse; at most `limit` of each kind and number."""
    rng = np.random.default_rng(seed)
    data = tomllib.loads(_DATA.read_text("utf-8"))
    groups, nouns = data["groups"], data["groups"]["nouns"]
    quiet: list[str] = []
    hostile: list[Examples] = []
    for number in ("plural", "singular"):
        frames = data[number]
        quiet += _fill(frames["quiet"], groups[number], nouns, limit, rng)
        each = limit // sum(len(frames[kind]) for kind in _HOSTILE)
        for kind, (threat, obscene) in _HOSTILE.items():
            for frame in frames[kind]:
                texts = _fill([frame], groups[number], nouns, each, rng)
                heads = dict.fromkeys(("toxicity", "identity_attack", "offence", "hate"), 1.0)
                heads |= {"threat": threat, "obscene": obscene, "insult": 0.8}
                hostile.append(build("templates", _WEIGHT, texts, **heads))
    quiet += [text.lower() for text in quiet[::3]] + data["harmless"]["sentences"] * 3
    zero = dict.fromkeys((*LABELS, "offence", "hate"), 0.0)
    return Examples.join((build("templates", _WEIGHT, quiet, **zero), *hostile))


def _fill(
    frames: list[str], groups: list[str], nouns: list[str], limit: int, rng: np.random.Generator
) -> list[str]:
    filled = [
        frame.format(g=group, n=noun)
        for frame, group in product(frames, groups)
        for noun in (nouns if "{n}" in frame else nouns[:1])
    ]
    return [filled[at] for at in rng.permutation(len(filled))[:limit]]


def balanced(quiet_and_hostile: Examples, comments: Examples) -> Examples:
    """The templates, their quiet ones weighing what evens a group out among the comments.

    Where a group is named mostly to abuse, a model that sees words takes the name itself for
    abuse. The quiet templates with a group's name get the weight of its surplus of abuse.
    """
    data = tomllib.loads(_DATA.read_text("utf-8"))
    groups = {name.lower() for number in ("plural", "singular") for name in data["groups"][number]}
    names = re.compile(rf"\b({'|'.join(sorted(groups, key=len, reverse=True))})\b")
    toxic = comments.targets[:, 0] >= 0.5
    surplus: Counter[str] = Counter()
    for text, is_toxic in zip(comments.texts, toxic, strict=True):
        for name in set(names.findall(text.lower())):
            surplus[name] += 1 if is_toxic else -1
    quiet = quiet_and_hostile.targets[:, 0] == 0
    held = [set(names.findall(text.lower())) for text in quiet_and_hostile.texts]
    count = Counter(
        name for row, is_quiet in zip(held, quiet, strict=True) if is_quiet for name in row
    )
    weights = quiet_and_hostile.weights.copy()
    for row in np.flatnonzero(quiet):
        needed = [surplus[name] / count[name] for name in held[row]]
        weights[row] = max([weights[row], *needed])
    return replace(quiet_and_hostile, weights=weights)
