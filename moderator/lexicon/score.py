"""The profanity score: one probability from all matches in a text."""

from __future__ import annotations

from collections.abc import Iterable

from moderator.records import Match

WEIGHTS = {1: 0.15, 2: 0.55, 3: 0.85, 4: 0.97}
"""Severity → weight of one match."""
EVASION = 0.2
"""Disguise moves a match's weight this share of the way to 1: whoever hides a word means it."""
MILD_LIMIT = 0.4
"""Matches of severity 1 never score more than this together, so they cannot block alone."""


def profanity(matches: Iterable[Match], include_quoted: bool = False) -> float:
    """0 without matches, closer to 1 the more there are and the graver they are.

    Matches are combined as independent evidence (noisy-or): 1 - Π(1 - weight). Those of severity 1
    add up to at most MILD_LIMIT. Another match never lowers the result. Quoted matches count only
    with `include_quoted`.
    """
    grave = mild = 1.0
    for match in matches:
        if match.quoted and not include_quoted:
            continue
        weight = WEIGHTS[match.severity]
        if match.severity == 1:
            mild *= 1.0 - weight
            continue
        if match.evasive:
            weight += EVASION * (1.0 - weight)
        grave *= 1.0 - weight
    return 1.0 - grave * max(mild, 1.0 - MILD_LIMIT)
