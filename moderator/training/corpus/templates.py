"""Our own sentences on groups of people, so that the mention of one is not taken for abuse.

Every template (`templates.toml`) is used with every group, in neutral, positive, reporting,
negating and counter-speech frames on one side and hostile frames on the other; the model can
then separate them by the frame alone.
"""

from __future__ import annotations

import re
import tomllib
from collections import Counter
from collections.abc import Mapping
from dataclasses import replace
from itertools import product
from pathlib import Path
from typing import Any

import numpy as np

from moderator.training.corpus.examples import LABELS, Examples, build

_DATA = Path(__file__).with_name("templates.toml")
SOURCE = "templates"
_WEIGHT = 0.6
_BALANCE = 0.5
"""How far the linear stage is evened out: wholly costs it 0.001 of AUC, and the encoder helps."""
_HOSTILE = {"hostile": (0.0, 0.1), "threat": (0.9, 0.1), "obscene": (0.0, 1.0)}
"""What hostile kinds hold of threat and obscene."""


def templates(seed: int = 0, limit: int = 3_000) -> Examples:
    """Sentences with and without abuse; about `limit` quiet and half as many hostile a number."""
    rng = np.random.default_rng(seed)
    data = tomllib.loads(_DATA.read_text("utf-8"))
    quiet: list[str] = []
    hostile: list[Examples] = []
    for number in ("plural", "singular"):
        frames = data[number]
        quiet += _fill(frames["quiet"], number, data, limit, rng)
        every = sum(len(frames[kind]) for kind in _HOSTILE)
        for kind, (threat, obscene) in _HOSTILE.items():
            share = limit // 2 * len(frames[kind]) // every
            texts = _fill(frames[kind], number, data, share, rng)
            heads = dict.fromkeys(("toxicity", "identity_attack", "offence", "hate"), 1.0)
            heads |= {"threat": threat, "obscene": obscene, "insult": 0.8}
            hostile.append(build(SOURCE, _WEIGHT, texts, **heads))
    quiet += [text.lower() for text in quiet[::3]] + data["harmless"]["sentences"] * 3
    zero = dict.fromkeys((*LABELS, "offence", "hate"), 0.0)
    return Examples.join((build(SOURCE, _WEIGHT, quiet, **zero), *hostile))


def _fill(
    frames: list[str],
    number: str,
    data: Mapping[str, Any],
    limit: int,
    rng: np.random.Generator,
) -> list[str]:
    """Every frame with a share of the groups, and with all that are often mocked."""
    groups, slots = data["groups"], data["slots"]
    share = limit / (len(frames) * len(groups[number]))
    return [
        frame.format(g=group, **{name: rng.choice(words) for name, words in slots.items()})
        for frame, group in product(frames, groups[number])
        if group in groups["mocked"] or rng.random() < share
    ]


def balanced(quiet_and_hostile: Examples, comments: Examples) -> Examples:
    """The templates at half weight, their quiet ones raised to half even a group out.

    If a group is named mostly to abuse it, a model that sees words takes the name itself for
    abuse. The quiet templates with a group's name get half the weight of its surplus of abuse.
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
    return replace(quiet_and_hostile, weights=weights * np.float32(_BALANCE))
