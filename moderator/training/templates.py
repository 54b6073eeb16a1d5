"""Our own sentences on groups of people, so that the mention of one is not taken for abuse.

Every template (`templates.toml`) is used with every group, in neutral, positive, reporting,
negating and counter-speech frames on one side and hostile frames on the other; the model can
then tell them apart by the frame alone.
"""

from __future__ import annotations

import tomllib
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
