"""Trying a policy before it is live: cases with what is expected of them, and a lint."""
