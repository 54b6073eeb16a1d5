"""Why Kafka refuses or does not answer: an exception of its client as one of a few words."""

from __future__ import annotations

import ssl
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

from aiokafka import client, errors

from moderator.errors import cause_among
from moderator.metrics.delivery import BROKER_CAUSES

_TLS, _AUTHENTICATION, _PERMISSION, _TIMEOUT, _CONNECTION, _ = BROKER_CAUSES

_KINDS: tuple[tuple[tuple[type[BaseException], ...], str], ...] = (
    ((ssl.SSLError,), _TLS),
    (
        (
            errors.AuthenticationFailedError,
            errors.AuthenticationMethodNotSupported,
            errors.SaslAuthenticationFailed,
            errors.UnsupportedSaslMechanismError,
            errors.IllegalSaslStateError,
        ),
        _AUTHENTICATION,
    ),
    (
        (
            errors.TopicAuthorizationFailedError,
            errors.GroupAuthorizationFailedError,
            errors.ClusterAuthorizationFailedError,
            errors.TransactionalIdAuthorizationFailed,
        ),
        _PERMISSION,
    ),
    ((TimeoutError, errors.KafkaTimeoutError, errors.RequestTimedOutError), _TIMEOUT),
    ((OSError, errors.KafkaConnectionError, errors.NodeNotReadyError), _CONNECTION),
)


def cause_of(error: BaseException | None) -> str:
    """One of `BROKER_CAUSES`, by the exception and what it was raised from."""
    return cause_among(_KINDS, error)


@contextmanager
def observed_connections(observe: Callable[[str], None]) -> Iterator[None]:
    """While open, `observe` hears the cause of every connection of aiokafka that fails.

    aiokafka only logs these: all that its callers see is a request that times out.
    """
    connect = client.create_conn

    async def create_conn(*args: Any, **options: Any) -> Any:
        try:
            return await connect(*args, **options)
        except (OSError, TimeoutError, errors.KafkaError) as error:
            observe(cause_of(error))
            raise

    client.create_conn = create_conn
    try:
        yield
    finally:
        client.create_conn = connect
