"""Examines everything that a worker with given settings needs."""

from moderator.doctor.examine import examine

__all__ = ["examine"]
