"""`topics create` says which of its options the settings contradict."""

from moderator.cli.operate.topics import _unlike
from moderator.settings import Settings


def test_options_unlike_the_settings_are_named_as_settings() -> None:
    settings = Settings.model_validate({"topics": {"partitions": 24}})
    assert _unlike({"partitions": 24}, settings) == ""
    chosen = {"partitions": 2, "compact_verdicts": True}
    assert _unlike(chosen, settings) == "topics.partitions = 2, topics.compact_verdicts = true"
