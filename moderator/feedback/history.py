"""What the topic of feedback holds, and the comment that a verdict carries."""

from __future__ import annotations

from collections.abc import Iterator

import msgspec

from moderator.errors import SettingsError
from moderator.feedback.record import Feedback, feedback_from_json
from moderator.kafka.topic_reader import read_whole
from moderator.policy.stored import comment_of
from moderator.records import Comment, Verdict
from moderator.settings import Settings


def history(settings: Settings) -> list[Feedback]:
    """All feedback in chronological order; anything else that is there is skipped.

    Read from the topic or the file that `[feedback]` names. Raises BrokerError, SettingsError or
    OSError.
    """
    values: Iterator[bytes | None]
    if settings.feedback.to == "topic":
        topic = settings.feedback.topic
        values = (message.value() for message in read_whole(settings.kafka, topic))
    elif settings.feedback.to == "file":
        values = iter(settings.feedback.file.read_bytes().splitlines())
    else:
        raise SettingsError("feedback.to is `off`: nothing is kept; set it to `topic` or `file`")
    items = map(feedback_from_json, values)
    return sorted((item for item in items if item), key=lambda item: item.at)


def carried_comment(verdict: Verdict) -> Comment:
    """The comment that a verdict carries. Raises SettingsError if it carries none."""
    if verdict.comment is msgspec.UNSET:
        raise SettingsError(
            "the verdict carries no comment: give its text, "
            "or set stream.carry_comment on the workers"
        )
    return comment_of(verdict)
