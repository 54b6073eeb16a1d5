"""Calibrates, exports and writes the model that ships."""
