"""Free loopback ports for servers that are started in a moment."""

from __future__ import annotations

import secrets
import socket
from contextlib import suppress


def free_port() -> int:
    """A loopback port that nobody listens on now.

    It is below those that systems give to clients: until the server listens, and while it is
    restarted, some client's connection could take its port.
    """
    while True:
        port = 12_000 + secrets.randbelow(20_000)
        with socket.socket() as probe, suppress(OSError):
            probe.bind(("127.0.0.1", port))
            return port
