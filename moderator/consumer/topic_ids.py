"""The ids that brokers give to topics: a topic that is made again has another one."""

from __future__ import annotations

from confluent_kafka import KafkaException, TopicCollection
from confluent_kafka.admin import AdminClient

from moderator.kafka.client_config import librdkafka_options
from moderator.settings import Kafka

_ANSWER_S = 5.0
_UNKNOWN = {"", "AAAAAAAAAAAAAAAAAAAAAA"}
"""The id of all zeros, in base64: what brokers without ids give."""


class TopicIds:
    """Asks one broker connection again and again; every method blocks up to 5 s."""

    def __init__(self, kafka: Kafka) -> None:
        self._client = AdminClient(librdkafka_options(kafka))

    def of(self, topic: str) -> str:
        """The topic's id, or an empty string if the broker does not say."""
        try:
            futures = self._client.describe_topics(
                TopicCollection([topic]), request_timeout=_ANSWER_S
            )
            topic_id = str(futures[topic].result(_ANSWER_S).topic_id)
        except (KafkaException, TimeoutError):
            return ""
        return "" if topic_id in _UNKNOWN else topic_id
