"""Scorers: each turns documents into probabilities by label; none decides."""
