"""Maps what ends Faust or its Kafka client into errors of ours, with a remedy."""

from __future__ import annotations

from aiokafka.errors import (
    CommitFailedError,
    GroupAuthorizationFailedError,
    KafkaConnectionError,
    KafkaError,
    NodeNotReadyError,
    TopicAuthorizationFailedError,
    UnknownTopicOrPartitionError,
)

from moderator.errors import BrokerError, HaltError, ModeratorError

_REMEDIES: dict[type[KafkaError], str] = {
    TopicAuthorizationFailedError: "this user may not read the topic of comments: allow READ and "
    "DESCRIBE on it; `moderator doctor` checks all rights",
    GroupAuthorizationFailedError: "this user may not use the consumer group (stream.group): allow "
    "READ on it; `moderator doctor` checks all rights",
    UnknownTopicOrPartitionError: "the topic of comments is gone: `moderator topics create` makes "
    "it, `moderator topics ls` shows what is there",
    KafkaConnectionError: "the connection to the broker was lost: check that it runs; what was not "
    "committed will be taken again",
    NodeNotReadyError: "the broker is not ready: check that it runs; what was not committed will "
    "be taken again",
    CommitFailedError: "the group gave the partitions to other workers before the commit: "
    "processing took longer than the group allows; what was not committed will be taken again",
}


def explain_crash(error: BaseException | None) -> ModeratorError:
    """The error to end with: `error` if it is ours, else one that names a remedy.

    The message holds no text of the original, which may hold anything; `--debug` shows it.
    """
    if isinstance(error, ModeratorError):
        return error
    for kind, remedy in _REMEDIES.items():
        if isinstance(error, kind):
            return BrokerError(remedy)
    name = type(error).__name__
    if isinstance(error, KafkaError):
        return BrokerError(
            f"the Kafka client stopped ({name}): look at the broker's log, and start the worker "
            "again: what was not committed will be taken again"
        )
    return HaltError(
        f"the stream engine stopped ({name}): start the worker again, with --debug for details: "
        "what was not committed will be taken again"
    )
