"""Measuring a scorer on labelled texts; numpy only, plots apart."""
