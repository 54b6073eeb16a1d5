"""`topics create` says which of its options the settings contradict, and what helps if refused."""

from confluent_kafka import KafkaError, KafkaException

from moderator.cli.operate.topics import _unlike
from moderator.kafka.topics import _with_remedy
from moderator.settings import Settings


def test_options_unlike_the_settings_are_named_as_settings() -> None:
    settings = Settings.model_validate({"topics": {"partitions": 24}})
    assert _unlike({"partitions": 24}, settings) == ""
    chosen = {"partitions": 2, "compact_verdicts": True}
    assert _unlike(chosen, settings) == "topics.partitions = 2, topics.compact_verdicts = true"


def test_too_many_replicas_are_refused_with_the_remedy() -> None:
    code = KafkaError.INVALID_REPLICATION_FACTOR
    said = str(_with_remedy(KafkaException(KafkaError(code, "only 1 broker(s).")), "comments"))
    assert said.endswith("only 1 broker(s). Set topics.replication, or --replication, to fewer")
    other = KafkaException(KafkaError(KafkaError.TOPIC_AUTHORIZATION_FAILED, "no."))
    assert "--replication" not in str(_with_remedy(other, "comments"))
