"""Perspective's attributes, and which of our labels score each."""

from __future__ import annotations

from collections.abc import Collection

from moderator.api.perspective.errors import AnalyzeError

_PRODUCTION = {
    "TOXICITY": ("toxicity",),
    "SEVERE_TOXICITY": ("severe_toxicity",),
    "IDENTITY_ATTACK": ("identity_attack",),
    "INSULT": ("insult",),
    "PROFANITY": ("obscene", "profanity"),
    "THREAT": ("threat",),
}

ATTRIBUTES: dict[str, tuple[str, ...]] = {
    **_PRODUCTION,
    **{f"{name}_EXPERIMENTAL": labels for name, labels in _PRODUCTION.items()},
    "TOXICITY_FAST": ("toxicity",),
    "OBSCENE": ("obscene",),
    "SEXUALLY_EXPLICIT": ("sexual_explicit",),
}
"""Attribute → labels; its score is the highest of theirs. All others are unknown here."""


def labels_of(name: str, available: Collection[str]) -> tuple[str, ...]:
    """The labels of an attribute, asked for by name or with a version (`TOXICITY@6`).

    Raises AnalyzeError if none of `available` scores it.
    """
    base, _, version = name.partition("@")
    labels = ATTRIBUTES.get(base, ()) if version.isdigit() or base == name else ()
    known = tuple(label for label in labels if label in available)
    if not known:
        raise AnalyzeError(f"Unknown requested attribute: {name}")
    return known
