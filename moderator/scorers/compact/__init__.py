"""The bundled toxicity model: small, calibrated, offline."""

from moderator.scorers.compact.scorer import CARD, CompactScorer

__all__ = ["CARD", "CompactScorer"]
