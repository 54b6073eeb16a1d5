"""Judging starts here: what a text says, in whose words, in which form."""
