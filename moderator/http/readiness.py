"""Asks a worker's port on this machine whether the worker is ready."""

from __future__ import annotations

import urllib.error
import urllib.request

_TIMEOUT_S = 2.0


def is_ready(port: int) -> bool:
    """Whether `/readyz` answers 200; a port that does not answer is not ready. Blocks up to 2 s."""
    try:
        with urllib.request.urlopen(f"http://127.0.0.1:{port}/readyz", timeout=_TIMEOUT_S) as reply:
            return bool(reply.status == 200)
    except (urllib.error.URLError, OSError):
        return False
