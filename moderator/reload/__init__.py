"""Policies and lexicons changed while a process runs: noticed, checked, put in force or refused."""

from moderator.reload.keeper import PolicyKeeper
from moderator.reload.watched import look

__all__ = ["PolicyKeeper", "look"]
