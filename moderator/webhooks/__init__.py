"""Verdicts posted to your services: filtered, signed, retried, delivered at least once."""
