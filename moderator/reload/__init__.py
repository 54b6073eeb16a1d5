"""Policies and lexicons changed while a process runs: noticed, checked, put in force or refused."""

from moderator.reload.keeper import PolicyKeeper

__all__ = ["PolicyKeeper"]
