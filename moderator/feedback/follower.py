"""Follows the topic of feedback, so that people's decisions apply at once in this process."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from time import monotonic

from moderator.feedback.agreement import AgreementCounter
from moderator.feedback.record import feedback_from_json
from moderator.kafka.topic_reader import FollowedRecord, Offsets, TopicFollower, TopicReader
from moderator.metrics import Metrics
from moderator.policy.overrides import Override, Overrides
from moderator.records import epoch_seconds
from moderator.settings import Settings

_WAIT_S = 0.1
_PUBLISH_S = 5.0
_CATCH_UP_S = 30.0
"""A start waits at most this long for the decisions that were made before it."""

_log = logging.getLogger(__name__)


@asynccontextmanager
async def following(
    settings: Settings, overrides: Overrides, metrics: Metrics
) -> AsyncIterator[None]:
    """Keep `overrides` up to date while the context is open; all earlier decisions are known then.

    Does nothing unless `feedback.to` is `topic`. While the broker does not answer, the decisions
    known so far apply.
    """
    if settings.feedback.to != "topic":
        yield
        return
    follower = OverrideFollower(settings, overrides, metrics)
    follower.start()
    try:
        deadline = monotonic() + _CATCH_UP_S
        while not follower.caught_up.is_set() and monotonic() < deadline:  # noqa: ASYNC110
            await asyncio.sleep(_WAIT_S)
        if not follower.caught_up.is_set():
            _log.warning("decisions of people could not be read yet; they apply once they are")
        yield
    finally:
        await asyncio.to_thread(follower.stop)


class OverrideFollower(TopicFollower):
    """Reads every partition from its beginning at every start."""

    then = "decisions of people are followed again once the broker answers"

    def __init__(self, settings: Settings, overrides: Overrides, metrics: Metrics) -> None:
        super().__init__(settings.kafka, "overrides", settings.feedback.topic)
        self._overrides = overrides
        self._in_force = metrics.overrides
        self._agreement = AgreementCounter(settings.cache.secret.get_secret_value(), metrics)
        self._publish_at = 0.0
        self._next: Offsets = {}

    def _begin(self, reader: TopicReader, partitions: list[tuple[str, int]]) -> Offsets:
        return {place: self._next.get(place, 0) for place in partitions}

    def _take(self, records: list[FollowedRecord], offsets: Offsets) -> None:
        self._next.update(offsets)
        for record in records:
            self._apply(record.value)

    def _rest(self) -> None:
        self._in_force.set(len(self._overrides))
        if self.caught_up.is_set() and monotonic() >= self._publish_at:
            self._agreement.publish()
            self._publish_at = monotonic() + _PUBLISH_S

    def _without(self) -> None:
        self._warn(
            "topic %r does not exist, or this user may not describe it: decisions of people do "
            "not apply until it can be read; `moderator topics create` creates it",
            *self._topics,
        )
        self.caught_up.set()  # nobody has decided anything yet

    def _apply(self, value: bytes | None) -> None:
        feedback = feedback_from_json(value)
        if feedback is None:
            return
        self._agreement.add(feedback)
        if feedback.undone:
            self._overrides.drop(feedback.community, feedback.text)
        elif feedback.action is not None:
            expires_s = epoch_seconds(feedback.expires_at)
            if expires_s is not None:
                override = Override(feedback.action, expires_s)
                self._overrides.put(feedback.community, feedback.text, override)
