"""A topic that does not keep every policy is found out."""

from types import SimpleNamespace
from typing import Any

import pytest

from moderator.errors import BrokerError
from moderator.kafka import policy_topic
from moderator.kafka.policy_topic import shortcomings
from moderator.settings import Settings


def asked(monkeypatch: pytest.MonkeyPatch, **keys: Any) -> list[str]:
    """What is found on a broker with these properties."""
    broker = SimpleNamespace(
        **{
            "partitions": {"policies": [0]},
            "replication": {"policies": 1},
            "embedded": False,
            **keys,
        }
    )
    monkeypatch.setattr(policy_topic, "Administration", lambda _: broker)
    return [difference.text for difference in shortcomings(Settings())]


@pytest.mark.parametrize("cleanup", ["delete", "compact,delete"])
def test_a_topic_from_which_policies_are_deleted(
    monkeypatch: pytest.MonkeyPatch, cleanup: str
) -> None:
    def configs(names: list[str]) -> dict[str, dict[str, str]]:
        return {name: {"cleanup.policy": cleanup} for name in names}

    assert asked(monkeypatch, configs=configs) == [f"cleanup.policy {cleanup}, wanted compact"]


def test_a_compacted_topic_and_one_that_is_not_there_are_no_fault(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    def configs(_: list[str]) -> dict[str, dict[str, str]]:
        return {"policies": {"cleanup.policy": "compact"}}

    assert asked(monkeypatch, configs=configs) == []
    assert asked(monkeypatch, partitions={}) == []


def test_who_may_not_ask_for_the_configuration_is_not_troubled(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    def configs(_: list[str]) -> dict[str, dict[str, str]]:
        raise BrokerError("may not describe the topics' configuration")

    assert asked(monkeypatch, configs=configs) == []
