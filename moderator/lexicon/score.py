"""The profanity score: one probability from all matches in a text."""

from __future__ import annotations

from collections.abc import Iterable

from moderator.records import Match

WEIGHTS = {1: 0.15, 2: 0.55, 3: 0.85, 4: 0.97}
"""Severity → weight of one match."""
EVASION = 0.2
"""A disguise moves a match's weight this share of the way to 1: hiding a word shows intent."""
MILD_LIMIT = 0.4
"""Matches of severity 1 never score more than this together, so they cannot block alone."""


SAME_CATEGORY = 0.5
"""Each further term of one category counts this share of the one before."""


def profanity(matches: Iterable[Match], include_quoted: bool = False) -> float:
    """0 without matches, closer to 1 the more terms there are and the graver they are.

    Each term counts once, by its gravest match; repeating a word adds no evidence. Terms are
    combined as a noisy-or, 1 - Π(1 - weight), those of one category with falling weights. Terms of
    severity 1 add up to at most MILD_LIMIT. Another match never lowers the result. Quoted matches
    count only with `include_quoted`.
    """
    by_category: dict[tuple[bool, str], dict[str, float]] = {}
    for match in matches:
        if match.quoted and not include_quoted:
            continue
        weight = WEIGHTS[match.severity]
        mild = match.severity == 1
        if match.evasive and not mild:
            weight += EVASION * (1.0 - weight)
        terms = by_category.setdefault((mild, match.category), {})
        terms[match.term] = max(weight, terms.get(match.term, 0.0))
    grave = lightest = 1.0
    for (mild, _), terms in by_category.items():
        share = 1.0
        for weight in sorted(terms.values(), reverse=True):
            if mild:
                lightest *= 1.0 - weight * share
            else:
                grave *= 1.0 - weight * share
            share *= SAME_CATEGORY
    return 1.0 - grave * max(lightest, 1.0 - MILD_LIMIT)
