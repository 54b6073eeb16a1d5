"""What ends the stream engine becomes an error of ours with a remedy."""

import pytest
from aiokafka import errors

from moderator.consumer.crash import explain_crash
from moderator.errors import BrokerError, HaltError


@pytest.mark.parametrize(
    ("error", "kind", "words"),
    [
        (errors.TopicAuthorizationFailedError("t"), BrokerError, "allow READ"),
        (errors.GroupAuthorizationFailedError("g"), BrokerError, r"stream\.group"),
        (errors.UnknownTopicOrPartitionError(), BrokerError, "topics create"),
        (errors.KafkaConnectionError("x"), BrokerError, "will be taken again"),
        (errors.CommitFailedError("x"), BrokerError, "will be taken again"),
        (errors.CorruptRecordException("x"), BrokerError, r"CorruptRecordException.*start"),
        (ValueError("secret"), HaltError, r"ValueError.*--debug"),
        (None, HaltError, "NoneType"),
    ],
)
def test_each_has_a_kind_and_a_remedy(
    error: BaseException | None, kind: type[Exception], words: str
) -> None:
    found = explain_crash(error)
    assert type(found) is kind
    with pytest.raises(kind, match=words):
        raise found
    assert "secret" not in str(found)


def test_our_own_error_stays_itself() -> None:
    error = HaltError("x")
    assert explain_crash(error) is error
