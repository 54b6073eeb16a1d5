"""What Redis' client raises, as one word of a bounded set."""

from __future__ import annotations

import ssl

import pytest
from redis import exceptions as redis

from moderator.cache.failure import CAUSES, cause_of


@pytest.mark.parametrize(
    ("error", "cause"),
    [
        (redis.AuthenticationError("WRONGPASS"), "authentication"),
        (redis.NoPermissionError("NOPERM"), "permission"),
        (TimeoutError(), "timeout"),
        (redis.ReadOnlyError("READONLY"), "wrong_server"),
        (redis.InvalidResponse("x"), "protocol"),
        (redis.BusyLoadingError("loading the dataset in memory"), "loading"),
        (ConnectionRefusedError(), "connection"),
        (redis.ResponseError("OOM"), "refused"),
        (ValueError(), "other"),
    ],
)
def test_each_kind_has_its_word(error: Exception, cause: str) -> None:
    assert cause_of(error) == cause
    assert cause in CAUSES


def test_the_most_telling_of_a_chain_counts() -> None:
    error = redis.ConnectionError("cannot connect")
    error.__cause__ = ssl.SSLCertVerificationError("certificate verify failed")
    assert cause_of(error) == "tls"
