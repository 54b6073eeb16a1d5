"""The bundled toxicity model: small, calibrated, offline."""

from moderator.scorers.compact.scorer import CompactScorer

__all__ = ["CompactScorer"]
