"""Turns scores into an action with reasons."""

from moderator.policy.policies import Decision, Policies, Policy

__all__ = ["Decision", "Policies", "Policy"]
