"""The probability of profanity that a text's matches amount to."""

from __future__ import annotations

from collections.abc import Iterable

from moderator.records import Match

WEIGHTS = {1: 0.15, 2: 0.55, 3: 0.85, 4: 0.97}
"""Severity → weight of one match."""
EVASION = 0.2
"""Share of what is missing to 1 that disguise adds: who hides a word knows what it is."""
MILD_LIMIT = 0.4
"""What matches of severity 1 can amount to together, however many: never enough to block alone."""


def profanity(matches: Iterable[Match], include_quoted: bool = False) -> float:
    """0 without matches, towards 1 with graver and more of them.

    Matches count as independent evidence (noisy or): 1 - Π(1 - weight), where those of severity 1
    together reach at most MILD_LIMIT. Adding a match never lowers the result. Quoted matches
    count only when asked for.
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
