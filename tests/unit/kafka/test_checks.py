"""The doctor's questions to a broker that is not ready yet."""

from __future__ import annotations

from concurrent.futures import Future
from types import SimpleNamespace
from typing import Any

from confluent_kafka import KafkaError, KafkaException

from moderator.checks import Status
from moderator.kafka.admin import metadata_of
from moderator.kafka.checks import _group_acl, needed_rights
from moderator.settings import Settings


class Broker:
    """Answers each question about a group with the next of its errors, then with READ."""

    def __init__(self, *errors: int) -> None:
        self.client = self
        self.errors = list(errors)

    def describe_consumer_groups(self, groups: list[str], **_: Any) -> dict[str, Future[Any]]:
        answer: Future[Any] = Future()
        if self.errors:
            answer.set_exception(KafkaException(KafkaError(self.errors.pop(0))))
        else:
            answer.set_result(SimpleNamespace(authorized_operations=[SimpleNamespace(name="READ")]))
        return dict.fromkeys(groups, answer)


def test_a_coordinator_that_still_loads_is_asked_again() -> None:
    broker: Any = Broker(KafkaError.COORDINATOR_LOAD_IN_PROGRESS, KafkaError.NOT_COORDINATOR)
    assert _group_acl(broker, "g").status is Status.OK


def test_a_missing_right_is_reported_at_once() -> None:
    code = KafkaError.GROUP_AUTHORIZATION_FAILED
    broker: Any = Broker(code, code)
    found = _group_acl(broker, "g")
    assert found.status is Status.FAIL
    assert "GROUP_AUTHORIZATION_FAILED" in found.detail
    assert broker.errors == [code]


def test_a_worker_only_reads_what_people_decided() -> None:
    settings = Settings.model_validate({"feedback": {"to": "topic"}})
    assert needed_rights(settings) == {
        "comments": "READ", "verdicts": "WRITE", "comments.dlq": "WRITE", "feedback": "READ",
    }  # fmt: skip


def test_metadata_that_is_not_text_is_unknown() -> None:
    class Commit:
        @property
        def metadata(self) -> str:
            return b"v1 A 3\xc2".decode()

    commit: Any = Commit()
    assert metadata_of(commit) is None
    commit = SimpleNamespace(metadata="v1 A 3")
    assert metadata_of(commit) == "v1 A 3"
