"""The labels of scores: each one's name, which scorers give it, and what it means.

Policy, scorers, training, evaluation and the published schemas all read this table. A new label
is one entry here and a scorer that gives it; an installed package brings its own with its scorer
(see `moderator.scorers.registry`).
"""

from __future__ import annotations

from typing import NamedTuple

_MODELS = ("compact", "detoxify")


class Label(NamedTuple):
    """One label. `aliases` are its names in data sets and in older checkpoints."""

    name: str
    sources: tuple[str, ...]
    """The scorers that give it."""
    description: str
    aliases: tuple[str, ...] = ()


LABELS: dict[str, Label] = {
    label.name: label
    for label in (
        Label(
            "toxicity",
            _MODELS,
            "Rude, disrespectful or hateful: likely to make people leave the discussion.",
            ("toxic", "is_toxic"),
        ),
        Label("severe_toxicity", _MODELS, "Very hateful or aggressive.", ("severe_toxic",)),
        Label("obscene", _MODELS, "Swearing or crude sexual language, whoever it is aimed at."),
        Label("threat", _MODELS, "A wish or intention to hurt somebody."),
        Label("insult", _MODELS, "An attack on a person."),
        Label(
            "identity_attack",
            _MODELS,
            "An attack on people for what they are: origin, religion, sex, disability and so on.",
            ("identity_hate",),
        ),
        Label(
            "sexual_explicit",
            ("detoxify",),
            "Sexually explicit language; given by Detoxify's unbiased and multilingual models.",
        ),
        Label("profanity", ("lexicon",), "Terms of the lexicon in the author's own words."),
    )
}
"""Every label that comes with the package, by name, in the order in which it is shown."""


def labels_of(source: str) -> tuple[str, ...]:
    """The names of the labels that a scorer gives."""
    return tuple(label.name for label in LABELS.values() if source in label.sources)


def standard_name(name: str) -> str:
    """The label that a data set or checkpoint calls `name`; `name` itself if it is not an alias."""
    for label in LABELS.values():
        if name in label.aliases:
            return label.name
    return name
