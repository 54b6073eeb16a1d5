"""Disguised terms: where to look for them, and what a disguise may stand for."""
