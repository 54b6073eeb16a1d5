"""Where the files that ship with the package lie, in a checkout and when installed."""

from __future__ import annotations

from pathlib import Path

_PACKAGE = Path(__file__).parent


def shipped(name: str) -> Path:
    """The path of a shipped file or folder such as `config/policy.toml` or `seeds`.

    A wheel carries `config/` and `seeds/` inside the package; a checkout has them beside it.
    """
    installed = _PACKAGE / "data" / name
    return installed if installed.exists() else _PACKAGE.parent / name
