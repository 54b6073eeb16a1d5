"""What the settings want of the topics, and how topics may differ from that."""

import pytest

from moderator.kafka.topic_plans import TopicPlan, differences, plans, roles
from moderator.settings import Kafka, Settings
from tests.unit.webhooks.receiver import SECRET

PLAN = TopicPlan("comments", "c", 6, 3, {"cleanup.policy": "compact,delete"}, {"max": 10})
GOOD = {"cleanup.policy": "delete,compact", "max": "10", "other": "1"}
KAFKA = Kafka(bootstrap_servers="b:9092")


def settings(**topics: object) -> Settings:
    return Settings.model_validate({"topics": topics})


def test_retention_partitions_and_replication_are_the_settings() -> None:
    wanted = plans(settings(partitions=7, replication=3, retention_hours=2, comments="in"))
    comments, verdicts, dead_letters = wanted
    assert [plan.name for plan in wanted] == ["in", "verdicts", "comments.dlq"]
    assert {(plan.partitions, plan.replication) for plan in wanted} == {(7, 3)}
    assert comments.config["retention.ms"] == verdicts.config["retention.ms"] == "7200000"
    assert dead_letters.config["retention.ms"] == str(30 * 24 * 3_600_000)


def test_only_verdicts_are_compacted_and_only_if_asked_for() -> None:
    policies = [[p.config["cleanup.policy"] for p in plans(settings(compact_verdicts=wanted))]
                for wanted in (False, True)]  # fmt: skip
    assert policies == [["delete"] * 3, ["delete", "compact,delete", "delete"]]


def test_feedback_has_a_topic_only_if_it_is_kept_on_one() -> None:
    given = {"to": "topic", "topic": "decisions", "retention_hours": 1}
    wanted = Settings.model_validate({"feedback": given, "topics": {"partitions": 2}})
    *_, feedback = plans(wanted)
    assert (feedback.role, feedback.name, feedback.partitions) == ("feedback", "decisions", 2)
    assert feedback.config["retention.ms"] == "3600000"
    assert list(roles(wanted)) == [plan.name for plan in plans(wanted)]
    assert list(roles(settings())) == [plan.name for plan in plans(settings())]
    assert "feedback" not in roles(settings()).values()


def test_webhooks_have_a_topic_of_dead_letters_only_if_there_are_any() -> None:
    endpoint = {"url": "https://shop.example", "secrets": [SECRET]}
    wanted = Settings.model_validate({"webhooks": {"endpoints": {"shop": endpoint}}})
    *_, letters = plans(wanted)
    assert (letters.role, letters.name) == ("webhook_dead_letters", "webhooks.dlq")
    assert int(letters.creation_config["max.message.bytes"]) > 1_048_588
    assert list(roles(wanted)) == [plan.name for plan in plans(wanted)]
    assert "webhooks.dlq" not in roles(settings())


@pytest.mark.parametrize("comments_bytes", [None, 1_048_588, 5_000_000])
def test_a_dead_letter_has_room_for_the_largest_comment_and_its_own_headers(
    comments_bytes: int | None,
) -> None:
    config = {"max.message.bytes": str(comments_bytes)} if comments_bytes else None
    *_, dead_letters = plans(settings(), config)
    largest = comments_bytes or 1_048_588
    assert int(dead_letters.creation_config["max.message.bytes"]) >= largest + 2 * 16_384


@pytest.mark.parametrize(
    ("partitions", "replication", "config", "text", "fix"),
    [
        (4, 3, GOOD, "partitions 4, wanted 6", "--topic c --partitions 6"),
        (6, 1, GOOD, "replication 1, wanted 3", "kafka-reassign-partitions.sh"),
        (
            6, 3, GOOD | {"cleanup.policy": "delete"},
            "cleanup.policy delete, wanted compact,delete",
            "--entity-name c --add-config cleanup.policy=[compact,delete]",
        ),
        (6, 3, GOOD | {"max": "9"}, "max 9, wanted at least 10", "--add-config max=10"),
    ],
)  # fmt: skip
def test_a_difference_comes_with_the_command_that_fixes_it(
    partitions: int, replication: int, config: dict[str, str], text: str, fix: str
) -> None:
    (found,) = differences(PLAN, partitions, replication, config, KAFKA)
    assert found.text == text
    assert fix in found.fix
    assert "--bootstrap-server b:9092" in found.fix


@pytest.mark.parametrize("config", [GOOD, GOOD | {"max": "11"}, {}])
def test_more_than_wanted_is_not_a_difference(config: dict[str, str]) -> None:
    assert list(differences(PLAN, 9, 3, config, KAFKA)) == []


def test_with_security_the_command_needs_a_file() -> None:
    kafka = Kafka(bootstrap_servers="b:9092", security_protocol="SASL_SSL")
    (found,) = differences(PLAN, 1, 3, GOOD, kafka)
    assert "--command-config" in found.fix
