"""Turns scores into an action with reasons."""

from moderator.policy.policies import Policies
from moderator.policy.policy import Decision, Policy

__all__ = ["Decision", "Policies", "Policy"]
