"""Follows verdicts and feedback on their topics, from where the database has read them up to."""

from __future__ import annotations

import logging
import sqlite3
from time import monotonic, time

from moderator.errors import BrokerError
from moderator.feedback.record import Feedback, feedback_from_json
from moderator.kafka.topic_reader import FollowedRecord, Offsets, TopicFollower, TopicReader
from moderator.metrics import Metrics
from moderator.records import Verdict, decoded_or_none, verdict_from_json
from moderator.review.database import Database
from moderator.review.intake import Intake, Record
from moderator.review.queue import waiting
from moderator.settings import Settings

_PRUNE_EVERY_S = 3_600.0
_REPORT_EVERY_S = 1.0
_HOUR_S = 3_600.0

_log = logging.getLogger(__name__)


class ReviewFollower(TopicFollower):
    """Its offsets are in the database."""

    failures = (BrokerError, sqlite3.Error)

    def __init__(self, settings: Settings, database: Database, metrics: Metrics) -> None:
        super().__init__(
            settings.kafka, "review", settings.topics.verdicts, settings.feedback.topic
        )
        self._settings = settings
        self._database = database
        self._intake = Intake(database, settings)
        self._metrics = metrics
        self._pruned_at = -_PRUNE_EVERY_S
        self._reported_at = -_REPORT_EVERY_S
        self.read = 0
        """Records read since the start."""

    def _take(self, records: list[FollowedRecord], offsets: Offsets) -> None:
        if records:
            self._intake.apply(filter(None, map(self._decoded, records)), offsets)
            self.read += len(records)

    def _rest(self) -> None:
        self._report()
        self._prune()

    def _without(self) -> None:
        self._warn("topic %s or %s is gone, or may not be described", *self._topics)

    def _begin(self, reader: TopicReader, partitions: list[tuple[str, int]]) -> Offsets:
        """Everything is read again if a topic was deleted and created again."""
        with self._database.read() as connection:
            rows = connection.execute("SELECT topic, number, next FROM offsets").fetchall()
        known = {(topic, number): offset for topic, number, offset in rows}
        offsets: Offsets = {}
        for place in partitions:
            first, end = reader.watermarks(*place)
            offset = known.get(place, first)
            if offset > end:
                _log.warning(
                    "%s/%d was created again: both topics are read from their beginning", *place
                )
                self.caught_up.clear()
                self._database.clear()
                return dict.fromkeys(partitions, 0)
            if offset < first:
                _log.warning("%d records of %s/%d were gone before they were read",
                             first - offset, *place)  # fmt: skip
                self._intake.apply((), {place: first})  # said once, even if nothing comes after
            offsets[place] = max(offset, first)
        return offsets

    def _decoded(self, record: FollowedRecord) -> Record | None:
        if record.topic == self._settings.topics.verdicts:
            decoded: Verdict | Feedback | None = decoded_or_none(verdict_from_json, record.value)
        else:
            decoded = feedback_from_json(record.value)
        return None if decoded is None else (decoded, record.time_s)

    def _report(self) -> None:
        if monotonic() - self._reported_at < _REPORT_EVERY_S:
            return
        self._reported_at = monotonic()
        with self._database.read() as connection:
            comments, oldest = waiting(connection)
        self._metrics.review_waiting.set(comments)
        self._metrics.review_oldest.set(max(0.0, time() - oldest) if oldest else 0.0)

    def _prune(self) -> None:
        if monotonic() - self._pruned_at < _PRUNE_EVERY_S:
            return
        self._pruned_at = monotonic()
        now, settings = time(), self._settings
        self._intake.prune(
            now - settings.topics.retention_hours * _HOUR_S,
            now - settings.feedback.retention_hours * _HOUR_S,
        )
