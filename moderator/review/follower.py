"""Follows verdicts and feedback on their topics, from where the database has read them up to."""

from __future__ import annotations

import logging
import sqlite3
from threading import Event, Thread
from time import monotonic, time

from moderator.errors import BrokerError
from moderator.feedback.record import feedback_from_json
from moderator.kafka.topic_reader import TopicReader
from moderator.metrics import Metrics
from moderator.records import decoded_or_none, verdict_from_json
from moderator.review.database import Database
from moderator.review.intake import Intake, Record
from moderator.review.queue import waiting
from moderator.settings import Settings

_BATCH = 1_000
_WAIT_S = 0.1
_RETRY_S = 1.0
_PRUNE_EVERY_S = 3_600.0
_REPORT_EVERY_S = 1.0
_HOUR_S = 3_600.0

_log = logging.getLogger(__name__)


class ReviewFollower:
    """A thread without a consumer group: its offsets are in the database."""

    def __init__(self, settings: Settings, database: Database, metrics: Metrics) -> None:
        self._settings = settings
        self._topics = settings.topics.verdicts, settings.feedback.topic
        self._database = database
        self._intake = Intake(database, settings)
        self._metrics = metrics
        self._stopped = Event()
        self._thread = Thread(target=self._run, name="review", daemon=True)
        self._failing = False
        self._pruned_at = -_PRUNE_EVERY_S
        self._reported_at = -_REPORT_EVERY_S
        self.caught_up = Event()
        """Set once all that the topics held at the start has been read."""
        self.read = 0
        """Records read since the start."""

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
            except (BrokerError, sqlite3.Error) as error:
                if not self._failing:
                    _log.warning("%s; the topics are followed again once this is over", error)
                self._failing = True
                self._stopped.wait(_RETRY_S)

    def _follow(self) -> None:
        reader = TopicReader(self._settings.kafka, "review", reset="earliest")
        try:
            while not self._stopped.is_set():
                partitions = [
                    (topic, number) for topic in self._topics for number in reader.partitions(topic)
                ]
                has_all = {topic for topic, _ in partitions} == set(self._topics)
                if has_all or reader.embedded:
                    # An embedded broker makes a topic when it is first written to.
                    refresh_s = self._settings.kafka.metadata_refresh_s if has_all else _RETRY_S
                    self._read(reader, partitions, refresh_s)
                else:
                    self._report_missing()
                    self._stopped.wait(_RETRY_S)
        finally:
            reader.close()

    def _report_missing(self) -> None:
        if not self._failing:
            self._failing = True
            _log.warning("topic %s or %s is gone, or may not be described", *self._topics)

    def _read(
        self, reader: TopicReader, partitions: list[tuple[str, int]], refresh_s: float
    ) -> None:
        """Until it is time to look for new partitions."""
        following = self._places(reader, partitions)
        reader.ended.clear()
        reader.assign((*place, offset) for place, offset in following.items())
        self._failing = False
        until = monotonic() + refresh_s
        while monotonic() < until and not self._stopped.is_set():
            records: list[Record | None] = []
            for message in reader.read(_BATCH, _WAIT_S):
                place = message.topic() or "", message.partition() or 0
                following[place] = (message.offset() or 0) + 1
                _, time_ms = message.timestamp()
                records.append(self._record(message.topic(), message.value(), time_ms))
            if records:
                self._intake.apply(filter(None, records), following)
                self.read += len(records)
            if len(reader.ended) == len(partitions):
                self.caught_up.set()
            self._report()
            self._prune()

    def _places(
        self, reader: TopicReader, partitions: list[tuple[str, int]]
    ) -> dict[tuple[str, int], int]:
        """Where to go on; everything is read anew if a topic was deleted and made again."""
        with self._database.read() as connection:
            rows = connection.execute("SELECT topic, number, next FROM offsets").fetchall()
        known = {(topic, number): offset for topic, number, offset in rows}
        for place in partitions:
            first, end = reader.watermarks(*place)
            offset = known.get(place, first)
            if offset > end:
                _log.warning("%s/%d was made anew: both topics are read anew", *place)
                self.caught_up.clear()
                self._database.clear()
                return dict.fromkeys(partitions, 0)
            if offset < first:
                _log.warning("%d records of %s/%d were gone before they were read",
                             first - offset, *place)  # fmt: skip
        return {place: known.get(place, 0) for place in partitions}

    def _record(self, topic: str | None, value: bytes | None, time_ms: int) -> Record | None:
        is_verdict = topic == self._topics[0]
        record = (
            decoded_or_none(verdict_from_json, value) if is_verdict else feedback_from_json(value)
        )
        return None if record is None else (record, time_ms / 1000)

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
