"""Metrics of a worker and their exposition."""

from moderator.metrics.registry import Metrics

__all__ = ["Metrics"]
