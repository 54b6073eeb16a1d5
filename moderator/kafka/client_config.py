"""The settings of `[kafka]` as options of each client, and how its errors are classified."""

from __future__ import annotations

import logging
import ssl
from collections.abc import Sequence
from time import monotonic
from typing import Any
from urllib.parse import urlsplit

from confluent_kafka import Consumer, KafkaError, KafkaException, Producer
from confluent_kafka.admin import AdminClient, ClusterMetadata  # type: ignore[attr-defined]

from moderator.errors import BrokerError, SettingsError
from moderator.settings import Kafka

MAX_REMEMBERED_ERRORS = 16
"""Errors that a client's `error_cb` remembers: a broker that is away for long makes many."""

REQUEST_BYTES = 16 * 1024 * 1024
"""Up to this size producers leave it to the broker which records are too large."""

_EXPLAINING = {KafkaError._AUTHENTICATION, KafkaError._SSL, KafkaError._RESOLVE}

_silent = logging.getLogger("moderator.librdkafka")
# Without a handler of its own Python would write its warnings to standard error.
_silent.addHandler(logging.NullHandler())


def servers(kafka: Kafka) -> list[str]:
    """`host:port` of every bootstrap server. Raises SettingsError if there is none."""
    addresses = [part.strip() for part in kafka.bootstrap_servers.split(",") if part.strip()]
    if not addresses:
        raise SettingsError("kafka.bootstrap_servers is empty: give host:port[,host:port…]")
    for number, address in enumerate(addresses, 1):
        if "@" in address:  # whatever it is, it may hold a password
            raise SettingsError(
                f"kafka.bootstrap_servers: address {number} holds an @: give host:port only, "
                "user and password as kafka.sasl_username and kafka.sasl_password"
            )
        if not _is_address(address):
            raise SettingsError(f"kafka.bootstrap_servers: {address!r} is not host:port")
    return addresses


def _is_address(part: str) -> bool:
    try:
        parsed = urlsplit(f"//{part}")
        return bool(parsed.hostname) and parsed.port != 0 and parsed.netloc == part
    except ValueError:  # the port is not a number, or too large
        return False


def ssl_context(kafka: Kafka) -> ssl.SSLContext | None:
    """The TLS context for `SSL` and `SASL_SSL`, else None. Raises SettingsError."""
    if "SSL" not in kafka.security_protocol:
        return None
    try:
        context = ssl.create_default_context(cafile=kafka.ssl_cafile)
        if kafka.ssl_certfile:
            context.load_cert_chain(kafka.ssl_certfile, kafka.ssl_keyfile)
    except (OSError, ssl.SSLError) as error:
        raise SettingsError(f"kafka.ssl_*: the certificates cannot be loaded: {error}") from None
    return context


def aiokafka_options(kafka: Kafka) -> dict[str, Any]:
    """Keyword arguments of aiokafka's clients."""
    options: dict[str, Any] = {
        "bootstrap_servers": servers(kafka),
        "security_protocol": kafka.security_protocol,
        "ssl_context": ssl_context(kafka),
    }
    if kafka.security_protocol.startswith("SASL"):
        options |= {
            "sasl_mechanism": kafka.sasl_mechanism,
            "sasl_plain_username": kafka.sasl_username,
            "sasl_plain_password": kafka.sasl_password.get_secret_value(),
        }
    return options


def librdkafka_options(kafka: Kafka) -> dict[str, Any]:
    """Configuration of confluent-kafka's clients."""
    options: dict[str, Any] = {
        "bootstrap.servers": ",".join(servers(kafka)),
        "security.protocol": kafka.security_protocol,
        "logger": _silent,
    }
    if kafka.security_protocol.startswith("SASL"):
        options |= {
            "sasl.mechanism": kafka.sasl_mechanism,
            "sasl.username": kafka.sasl_username,
            "sasl.password": kafka.sasl_password.get_secret_value(),
        }
    for option, path in (
        ("ssl.ca.location", kafka.ssl_cafile),
        ("ssl.certificate.location", kafka.ssl_certfile),
        ("ssl.key.location", kafka.ssl_keyfile),
    ):
        if path:
            options[option] = str(path)
    return options


def wait_for_broker(
    client: AdminClient | Consumer | Producer,
    kafka: Kafka,
    errors: Sequence[KafkaError],
    patience_s: float,
    topic: str | None = None,
) -> ClusterMetadata:
    """Metadata of all topics, or of one. `errors` are those that `error_cb` was called with.

    Raises BrokerError: at once if waiting would not help, as for a wrong password.
    """
    deadline = monotonic() + patience_s
    while True:
        try:
            return client.list_topics(topic=topic, timeout=1.0)
        except KafkaException as error:
            client.poll(0)
            # The call itself only says that nothing came; `error_cb` hears why.
            why = [known.name() for known in errors if known.code() in _EXPLAINING]
            if why or monotonic() > deadline:
                raise BrokerError(
                    f"no broker answers at {kafka.bootstrap_servers} "
                    f"({(why or [error.args[0].name()])[0]}): start one, or look at "
                    "kafka.bootstrap_servers, security_protocol, sasl_* and ssl_*"
                ) from None


def is_transient(error: KafkaError) -> bool:
    """Whether an error of a consumer without a group is transient, or does not matter.

    librdkafka asks for the coordinator of a group even if none is ever joined, so that its
    name needs no rights.
    """
    if error.code() in (KafkaError._TRANSPORT, KafkaError.GROUP_AUTHORIZATION_FAILED):
        return True
    return error.retriable() and not error.fatal()
