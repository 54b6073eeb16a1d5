"""Unitary's Detoxify models: fetched and converted once, then run offline and fast."""

from moderator.scorers.detoxify.scorer import DetoxifyScorer, load

__all__ = ["DetoxifyScorer", "load"]
