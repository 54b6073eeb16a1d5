"""Which Host headers are served: a defence against DNS rebinding."""

from __future__ import annotations

import ipaddress
from collections.abc import Collection
from urllib.parse import urlsplit


def is_allowed(host: str | None, allowed: Collection[str]) -> bool:
    """Whether a request's Host header is served.

    Addresses and names without a dot (localhost, a service's name) always are: no domain that
    somebody else registered looks like that. Other names must be listed; a missing Host is served,
    since no browser leaves it out.
    """
    if host is None:
        return True
    try:
        name = urlsplit(f"//{host}").hostname or ""
    except ValueError:
        return False
    if name in allowed or (name and "." not in name and ":" not in name):
        return True
    try:
        ipaddress.ip_address(name)
    except ValueError:
        return False
    return True
