"""What the package is: its version, and where the files that ship with it lie."""

from __future__ import annotations

from pathlib import Path

__version__ = "0.2.0"

_PACKAGE = Path(__file__).parent


def shipped(name: str) -> Path:
    """The path of a shipped file or folder such as `config/policy.toml` or `seeds`.

    A wheel carries `config/`, `seeds/` and the runbook inside the package; a checkout has them
    beside it.
    """
    installed = _PACKAGE / "data" / name
    return installed if installed.exists() else _PACKAGE.parent / name
