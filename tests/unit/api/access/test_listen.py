"""The server listens beyond loopback only with tokens, or with `--insecure`."""

from pathlib import Path

import pytest

from moderator.api.access.listen import open_socket
from moderator.errors import SettingsError
from moderator.settings import Serve


@pytest.mark.parametrize("host", ["127.0.0.1", "localhost", "127.1.2.3"])
def test_loopback_needs_no_tokens(host: str) -> None:
    open_socket(Serve(host=host, port=0), insecure=False).close()


def test_elsewhere_is_refused_without_tokens() -> None:
    with pytest.raises(SettingsError, match="--insecure"):
        open_socket(Serve(host="0.0.0.0", port=0), insecure=False)  # noqa: S104


@pytest.mark.parametrize(("tokens", "insecure"), [(Path("t"), False), (None, True)])
def test_elsewhere_is_allowed_with_tokens_or_insecure(tokens: Path | None, insecure: bool) -> None:
    serve = Serve(host="0.0.0.0", port=0, tokens=tokens)  # noqa: S104
    open_socket(serve, insecure=insecure).close()


def test_a_port_that_is_taken_is_named() -> None:
    with open_socket(Serve(port=0), insecure=False) as taken:
        taken.listen()
        port = taken.getsockname()[1]
        with pytest.raises(SettingsError, match=f"{port}"):
            open_socket(Serve(port=port), insecure=False)
