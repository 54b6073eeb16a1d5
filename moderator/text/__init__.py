"""Normalisation of text and masking of spans."""
