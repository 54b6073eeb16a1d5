"""What the settings want of the topics."""

from moderator.kafka.topics import plans
from moderator.settings import Topics


def test_retention_partitions_and_replication_are_the_settings() -> None:
    wanted = plans(Topics(partitions=7, replication=3, retention_hours=2, comments="in"))
    comments, verdicts, letters = wanted
    assert [plan.name for plan in wanted] == ["in", "verdicts", "comments.dlq"]
    assert {(plan.partitions, plan.replication) for plan in wanted} == {(7, 3)}
    assert comments.config["retention.ms"] == verdicts.config["retention.ms"] == "7200000"
    assert letters.config["retention.ms"] == str(30 * 24 * 3_600_000)


def test_only_verdicts_are_compacted_and_only_where_asked_for() -> None:
    policies = [[p.config["cleanup.policy"] for p in plans(Topics(compact_verdicts=wanted))]
                for wanted in (False, True)]  # fmt: skip
    assert policies == [["delete"] * 3, ["delete", "compact,delete", "delete"]]


def test_a_dead_letter_has_room_for_the_largest_comment_and_its_own_headers() -> None:
    *_, letters = plans(Topics())
    assert int(letters.config["max.message.bytes"]) >= 1_048_588 + 2 * 16_384
