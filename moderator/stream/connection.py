"""The settings of `[kafka]` in the words of each client."""

from __future__ import annotations

import logging
import ssl
from typing import Any

from confluent_kafka import KafkaError

from moderator.errors import SettingsError
from moderator.settings import Kafka

_silent = logging.getLogger("moderator.librdkafka")
# Without a handler of its own Python would write its warnings to standard error.
_silent.addHandler(logging.NullHandler())


def servers(kafka: Kafka) -> list[str]:
    """`host:port` of every bootstrap server. Raises SettingsError where there is none."""
    found = [part.strip() for part in kafka.bootstrap_servers.split(",") if part.strip()]
    if not found:
        raise SettingsError("kafka.bootstrap_servers is empty: give host:port[,host:port…]")
    return found


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


def passing(error: KafkaError) -> bool:
    """Whether an error that a consumer without a group meets mends itself, or does not matter.

    librdkafka asks for the coordinator of a group even where none is ever joined, so that its
    name needs no rights.
    """
    if error.code() in (KafkaError._TRANSPORT, KafkaError.GROUP_AUTHORIZATION_FAILED):
        return True
    return error.retriable() and not error.fatal()
