"""The bundled toxicity model: small, calibrated, offline."""

from moderator.scorers.compact.scorer import CompactScorer, load

__all__ = ["CompactScorer", "load"]
