"""What the topic of feedback holds, and the comment that a verdict carries."""

from __future__ import annotations

from collections.abc import Iterator

import msgspec

from moderator.errors import SettingsError
from moderator.feedback.record import Feedback
from moderator.kafka.topic_reader import read_whole
from moderator.records import Comment, Verdict, verdict_from_json
from moderator.settings import Settings


def history(settings: Settings) -> list[Feedback]:
    """All feedback in the order of its time; records of others are passed over.

    Read from the topic or the file that `[feedback]` names. Raises BrokerError, SettingsError or
    OSError.
    """
    values: Iterator[bytes]
    if settings.feedback.to == "topic":
        topic = settings.feedback.topic
        values = (message.value() or b"" for message in read_whole(settings.kafka, topic))
    elif settings.feedback.to == "file":
        values = iter(settings.feedback.file.read_bytes().splitlines())
    else:
        raise SettingsError("feedback.to is `off`: nothing is kept; set it to `topic` or `file`")
    found = (_feedback(value) for value in values)
    return sorted((one for one in found if one), key=lambda one: one.at)


def carried_comment(settings: Settings, comment_id: str) -> Comment:
    """The comment that the last verdict with this id carries; reads the whole topic of verdicts.

    Raises BrokerError, or SettingsError if there is no such verdict or it carries no comment.
    """
    topic, key = settings.topics.verdicts, comment_id.encode()
    last: bytes | None = None
    for message in read_whole(settings.kafka, topic):
        if message.key() == key:
            last = message.value()
    if last is None:
        raise SettingsError(f"{topic} holds no verdict with this id: give the text with --text")
    verdict = verdict_from_json(last)
    if verdict.comment is msgspec.UNSET:
        raise SettingsError(
            "the verdict carries no comment: give the text with --text, "
            "or set stream.carry_comment on the workers"
        )
    return _comment(verdict, verdict.comment)


def _comment(verdict: Verdict, carried: dict[str, object]) -> Comment:
    text = carried.get("text")
    community = None if verdict.community is msgspec.UNSET else verdict.community
    return Comment(verdict.id, text if isinstance(text, str) else "", community)


def _feedback(value: bytes) -> Feedback | None:
    try:
        return msgspec.json.decode(value, type=Feedback)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
        return None
