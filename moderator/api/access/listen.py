"""Where the server may listen: loopback for everybody, elsewhere only with tokens."""

from __future__ import annotations

import ipaddress
import socket

from moderator.errors import SettingsError
from moderator.settings import Serve


def open_socket(serve: Serve, *, insecure: bool, table: str = "serve") -> socket.socket:
    """A socket bound to `serve.host`:`serve.port`, that does not listen yet.

    `table` is where the settings file has them, for messages.

    Raises SettingsError if the port is taken, or if others could reach it without a token.
    """
    family, address = _resolve(serve, table)
    if not serve.tokens and not insecure and not ipaddress.ip_address(address[0]).is_loopback:
        otherwise = "" if serve.with_worker else ", or start with --insecure"
        raise SettingsError(
            f"{table}.host: {serve.host} can be reached from elsewhere, and no token is asked for: "
            f"make one (`moderator serve token new NAME`) and set {table}.tokens{otherwise}"
        )
    opened = socket.socket(family, socket.SOCK_STREAM)
    opened.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    if serve.with_worker:
        # Several workers on a machine share the address, each with a socket of its own.
        opened.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEPORT, 1)
    try:
        opened.bind(address)
    except OSError as error:
        opened.close()
        raise SettingsError(
            f"{table}.port: {serve.host}:{serve.port} cannot be opened ({error.strerror}): "
            "set another, or 0 for a free one"
        ) from None
    return opened


def _resolve(serve: Serve, table: str) -> tuple[socket.AddressFamily, tuple[str, int]]:
    try:
        addresses = socket.getaddrinfo(serve.host, serve.port, type=socket.SOCK_STREAM)
    except OSError as error:
        raise SettingsError(f"{table}.host: {serve.host!r}: {error.strerror}") from None
    family, _, _, _, address = addresses[0]
    return family, (str(address[0]), int(address[1]))
