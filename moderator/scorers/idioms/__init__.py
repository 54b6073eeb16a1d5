"""Figures of speech, and the plain words that a model reads in their place."""

from moderator.scorers.idioms.plain_words import Idioms

__all__ = ["Idioms"]
