"""Which Host headers are served."""

import pytest

from moderator.http.hosts import is_allowed


@pytest.mark.parametrize(
    "host",
    [None, "localhost", "localhost:6066", "127.0.0.1:6066", "10.1.2.3", "[::1]:6066", "worker:6066",
     "moderator.example.org", "MODERATOR.example.org:80"],
)  # fmt: skip
def test_addresses_plain_names_and_listed_ones_are(host: str | None) -> None:
    assert is_allowed(host, ("moderator.example.org",))


@pytest.mark.parametrize(
    "host", ["", "evil.example", "127.0.0.1.evil.example", "localhost.evil.example:6066", "[::1",
             "moderator.example.org.evil.example", "user@evil.example"]
)  # fmt: skip
def test_names_of_others_are_not(host: str) -> None:
    assert not is_allowed(host, ("moderator.example.org",))
