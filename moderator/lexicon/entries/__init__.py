"""Lexicon files: their notation, inflections, loading and linting."""
