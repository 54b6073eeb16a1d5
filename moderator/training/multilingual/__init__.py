"""Trains and writes a second model, for languages other than English."""
