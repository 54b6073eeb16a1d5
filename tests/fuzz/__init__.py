"""Hostile records by the million: each a verdict or a dead letter, never an exception."""
