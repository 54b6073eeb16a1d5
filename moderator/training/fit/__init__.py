"""Trains the stages of the bundled model."""
