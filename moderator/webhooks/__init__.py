"""Verdicts posted to services of yours: chosen, signed, retried, at least once."""
