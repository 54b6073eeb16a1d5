"""Kafka's OffsetForLeaderEpoch request, which aiokafka lacks: where the records of an epoch end.

Every record batch carries the epoch of the leader that wrote it. If the log was truncated, the
broker's records of an epoch end before the offset that a consumer has read up to in that epoch.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from typing import Any

from aiokafka import TopicPartition
from aiokafka.errors import KafkaError, for_code
from aiokafka.protocol.api import Request, RequestStruct, Response
from aiokafka.protocol.types import Array, Int16, Int32, Int64, Schema, String

_API_KEY = 23
_ANY_LEADER = -1
_CONSUMER = -1


class _ResponseV2(Response):  # type: ignore[misc]
    API_KEY = _API_KEY
    API_VERSION = 2
    SCHEMA = Schema(
        ("throttle_time_ms", Int32),
        (
            "topics",
            Array(
                ("topic", String("utf-8")),
                (
                    "partitions",
                    Array(
                        ("error_code", Int16),
                        ("partition", Int32),
                        ("leader_epoch", Int32),
                        ("end_offset", Int64),
                    ),
                ),
            ),
        ),
    )


_TOPICS = Array(
    ("topic", String("utf-8")),
    (
        "partitions",
        Array(("partition", Int32), ("current_leader_epoch", Int32), ("leader_epoch", Int32)),
    ),
)


class _RequestV2(RequestStruct):  # type: ignore[misc]
    API_KEY = _API_KEY
    API_VERSION = 2
    RESPONSE_TYPE = _ResponseV2
    SCHEMA = Schema(("topics", _TOPICS))


class _ResponseV3(Response):  # type: ignore[misc]
    API_KEY = _API_KEY
    API_VERSION = 3
    SCHEMA = _ResponseV2.SCHEMA


class _RequestV3(RequestStruct):  # type: ignore[misc]
    API_KEY = _API_KEY
    API_VERSION = 3
    RESPONSE_TYPE = _ResponseV3
    SCHEMA = Schema(("replica_id", Int32), ("topics", _TOPICS))


class _EpochEndRequest(Request[_RequestV2 | _RequestV3]):  # type: ignore[misc]
    API_KEY = _API_KEY

    def __init__(self, topics: list[tuple[str, list[tuple[int, int, int]]]]) -> None:
        self._topics = topics

    def build(self, request_struct_class: Any) -> Any:
        if request_struct_class.API_VERSION >= 3:
            return request_struct_class(_CONSUMER, self._topics)
        return request_struct_class(self._topics)


async def epoch_ends(
    client: Any, epochs: Mapping[TopicPartition, int]
) -> dict[TopicPartition, int]:
    """Where the broker's records of each partition's epoch (or an older one) end.

    -1 if it knows no such epoch. Partitions whose leader does not answer, or not now, are left out,
    as are all if the broker is too old for the request.
    """
    by_leader: dict[int, dict[str, list[tuple[int, int, int]]]] = {}
    for tp, epoch in epochs.items():
        leader = client.cluster.leader_for_partition(tp)
        if leader is not None and leader >= 0:
            topics = by_leader.setdefault(leader, defaultdict(list))
            topics[tp.topic].append((tp.partition, _ANY_LEADER, epoch))
    ends: dict[TopicPartition, int] = {}
    for leader, topics in by_leader.items():
        try:
            answer = await client.send(leader, _EpochEndRequest(list(topics.items())))
        except (KafkaError, NotImplementedError):
            continue
        for topic, partitions in answer.topics:
            for error_code, partition, _, end in partitions:
                if error_code == 0:
                    ends[TopicPartition(topic, partition)] = end
                elif for_code(error_code).invalid_metadata:
                    client.force_metadata_update()
    return ends
