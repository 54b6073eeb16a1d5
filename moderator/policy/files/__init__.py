"""The policy file and the lists beside it: read, checked once, and made into policies."""

from moderator.policy.files.bundle import Bundle, list_files, read_bundle
from moderator.policy.files.reading import read_policies

__all__ = ["Bundle", "list_files", "read_bundle", "read_policies"]
