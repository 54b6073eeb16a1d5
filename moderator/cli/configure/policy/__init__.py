"""`moderator policy`: what the owner of a policy works with."""

from moderator.cli.configure.policy.app import app

__all__ = ["app"]
