"""Follows the topic of feedback, so that people's decisions apply at once in this process."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from datetime import datetime
from threading import Event, Thread
from time import monotonic

from moderator.errors import BrokerError
from moderator.feedback.agreement import AgreementCounter
from moderator.feedback.record import feedback_from_json
from moderator.kafka.topic_reader import TopicReader
from moderator.metrics import Metrics
from moderator.policy.overrides import Override, Overrides
from moderator.settings import Settings

_BATCH = 1_000
_WAIT_S = 0.1
_RETRY_S = 1.0
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


class OverrideFollower:
    """A thread that reads every partition from its beginning, without a consumer group."""

    def __init__(self, settings: Settings, overrides: Overrides, metrics: Metrics) -> None:
        self._settings = settings
        self._topic = settings.feedback.topic
        self._overrides = overrides
        self._in_force = metrics.overrides
        self._agreement = AgreementCounter(settings.cache.secret.get_secret_value(), metrics)
        self._publish_at = 0.0
        self._next: dict[int, int] = {}
        self._stopped = Event()
        self._thread = Thread(target=self._run, name="overrides", daemon=True)
        self._failing = self._missing = False
        self.caught_up = Event()
        """Set once all that the topic held at the start has been read."""

    def start(self) -> None:
        """Begin to read."""
        self._thread.start()

    def stop(self) -> None:
        """End within a second or so."""
        self._stopped.set()
        self._thread.join(timeout=10)

    def _run(self) -> None:
        while not self._stopped.is_set():
            try:
                self._follow()
            except BrokerError as error:
                if not self._failing:
                    _log.warning(
                        "%s; decisions of people are followed again once the broker answers", error
                    )
                self._failing = True
                self._stopped.wait(_RETRY_S)

    def _follow(self) -> None:
        reader = TopicReader(self._settings.kafka, "overrides", reset="earliest")
        try:
            while not self._stopped.is_set():
                partitions = reader.partitions(self._topic)
                self._failing = False
                if partitions:
                    self._read(reader, partitions)
                else:  # nobody has decided anything yet
                    self._report_missing()
                    self.caught_up.set()
                    self._stopped.wait(_RETRY_S)
        finally:
            reader.close()

    def _report_missing(self) -> None:
        if not self._missing:
            self._missing = True
            _log.warning(
                "topic %r does not exist, or this user may not describe it: decisions of people do "
                "not apply until it can be read; `moderator topics create` creates it",
                self._topic,
            )

    def _read(self, reader: TopicReader, partitions: list[int]) -> None:
        """Until it is time to look for new partitions."""
        reader.ended.clear()
        reader.assign((self._topic, number, self._next.get(number, 0)) for number in partitions)
        until = monotonic() + self._settings.kafka.metadata_refresh_s
        while monotonic() < until and not self._stopped.is_set():
            for message in reader.read(_BATCH, _WAIT_S):
                self._next[message.partition() or 0] = (message.offset() or 0) + 1
                self._apply(message.value())
            if len(reader.ended) == len(partitions):
                self.caught_up.set()
            self._in_force.set(len(self._overrides))
            if self.caught_up.is_set() and monotonic() >= self._publish_at:
                self._agreement.publish()
                self._publish_at = monotonic() + _PUBLISH_S

    def _apply(self, value: bytes | None) -> None:
        feedback = feedback_from_json(value)
        if feedback is None:
            return
        self._agreement.add(feedback)
        if feedback.undone:
            self._overrides.drop(feedback.community, feedback.text)
        elif feedback.action is not None and feedback.expires_at is not None:
            with suppress(ValueError):  # written by something else: no time
                expires_s = datetime.fromisoformat(feedback.expires_at).timestamp()
                override = Override(feedback.action, expires_s)
                self._overrides.put(feedback.community, feedback.text, override)
