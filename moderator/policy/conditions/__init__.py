"""Conditions of rules: their form in the policy file, checked, and compiled to functions."""

from moderator.policy.conditions.compiling import Test, compiled
from moderator.policy.conditions.form import Condition, MatchCondition, Range

__all__ = ["Condition", "MatchCondition", "Range", "Test", "compiled"]
