"""Labels under one name each, whatever a checkpoint calls them."""

from __future__ import annotations

from collections.abc import Sequence

from moderator.errors import ModelError

DETOXIFY_LABELS = (
    "toxicity",
    "severe_toxicity",
    "obscene",
    "threat",
    "insult",
    "identity_attack",
    "sexual_explicit",
)
"""What a model may score: the names that policies and metrics know."""

_OLDER_NAMES = {
    "toxic": "toxicity",
    "severe_toxic": "severe_toxicity",
    "identity_hate": "identity_attack",
}
"""The names of the 2018 data set, as Detoxify itself renames them."""


def standard_labels(names: Sequence[str], where: str) -> tuple[str, ...]:
    """The labels of a model's outputs, in order; ModelError where one is unknown or repeated."""
    labels = tuple(_OLDER_NAMES.get(name, name) for name in names)
    unknown = sorted(set(labels) - set(DETOXIFY_LABELS))
    if unknown:
        raise ModelError(
            f"{where}: unknown labels {', '.join(unknown)}: a model may score "
            f"{', '.join(DETOXIFY_LABELS)}"
        )
    if not labels or len(set(labels)) != len(labels):
        raise ModelError(f"{where}: labels must be there, and differ: {', '.join(labels)}")
    return labels
