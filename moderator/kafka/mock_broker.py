"""The embedded broker: librdkafka's mock cluster on a loopback port.

For trying, tests and demos only. It keeps the last 5 MiB (or 100,000 batches) of each partition
in memory and drops what is older silently, so whoever publishes to it must keep what is in
flight well below that.
"""

from __future__ import annotations

import logging
from types import TracebackType
from typing import Any, Self

from confluent_kafka import Producer

from moderator.errors import BrokerError
from moderator.settings import PREFIX

EMBEDDED_CLUSTER = "mockCluster"
"""How the id of an embedded broker's cluster begins."""

PARTITION_BYTES = 5 * 1024 * 1024
"""What a partition holds before it forgets."""

PARTITIONS = 4
"""Partitions of every topic."""

_START_S = 10.0


def overrides(address: str) -> dict[str, Any]:
    """Settings for `Settings.load` that lead every client to the embedded broker, and keep the
    cache in memory."""
    return {
        "kafka": {"bootstrap_servers": address, "security_protocol": "PLAINTEXT"},
        "cache": {"backend": "memory"},
        # It frees the partitions of a worker that left only when its session ends.
        "stream": {"session_timeout_s": 6.0},
    }


def variables(address: str) -> dict[str, str]:
    """The same for a child process, as environment variables."""
    return {
        f"{PREFIX}{table}__{key}".upper(): str(value)
        for table, keys in overrides(address).items()
        for key, value in keys.items()
    }


class EmbeddedBroker:
    """Runs as long as the context is open; `address` is its host:port."""

    def __init__(self) -> None:
        # The cluster belongs to this producer, which itself never sends anything.
        self._owner: Producer | None = Producer(
            {
                "test.mock.num.brokers": 1,
                "log_level": 0,
                "logger": logging.getLogger("moderator.librdkafka"),
            }
        )
        brokers = self._owner.list_topics(timeout=_START_S).brokers
        if not brokers:
            raise BrokerError("the embedded broker did not start")
        first = next(iter(brokers.values()))
        self.address = f"{first.host}:{first.port}"

    def close(self) -> None:
        """Stop the broker and forget everything."""
        self._owner = None

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.close()
