"""The Faust app: which parts of Faust are used, and which are off because they cost or harm."""

from __future__ import annotations

from collections import deque
from collections.abc import Awaitable, Callable
from time import monotonic
from typing import Any, ClassVar

import faust
from faust.auth import SASLCredentials, SSLCredentials
from faust.sensors import Monitor
from faust.transport.drivers.aiokafka import AIOKafkaConsumerThread, Consumer, Transport
from faust.types import TP, AppT, ConsumerMessage, Message

from moderator.errors import BrokerError
from moderator.kafka.client_config import servers, ssl_context
from moderator.settings import Kafka, Settings

_FETCH_WAIT_MS = 100


class CommentConsumerThread(AIOKafkaConsumerThread):
    """Faust's consumer thread, which asks an idle broker again sooner.

    Faust lets a fetch wait for 1.5 s, and an embedded broker does not end the wait when a record
    arrives: a first comment would wait that long.
    """

    def _create_worker_consumer(self, transport: Any) -> Any:
        consumer = super()._create_worker_consumer(transport)
        consumer._fetch_max_wait_ms = _FETCH_WAIT_MS
        return consumer


class CommentConsumer(Consumer):
    """Faust's consumer, which also reports when it last polled and what is committed."""

    app: CommentApp

    polled_at: float | None = None
    """Monotonic seconds of the last round of fetching; None before the first."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._last_delivered: dict[TP, int] = {}
        self._start_offsets: dict[TP, int] = {}
        self._gaps: deque[tuple[TP, int, int]] = deque()

    def _new_consumer_thread(self) -> CommentConsumerThread:
        return CommentConsumerThread(self, loop=self.loop, beacon=self.beacon)

    async def _wait_next_records(self, timeout: float) -> Any:  # noqa: ASYNC109 (Faust's own)
        records = await super()._wait_next_records(timeout)
        self.polled_at = monotonic()
        return records

    async def wait_empty(self) -> None:
        """Wait until everything taken is acknowledged, then commit; after a failure only commit."""
        if self.app.waits_for_streams:
            await super().wait_empty()
        else:
            await self.commit_and_end_transactions()

    async def perform_seek(self) -> None:
        """Seek to the committed offsets; note where reading starts in partitions without one."""
        await super().perform_seek()
        fresh = [tp for tp in self.assignment() if self.committed(tp) is None]
        if fresh:
            for tp, offset in (await self.earliest_offsets(*fresh)).items():
                self._start_offsets[TP(tp.topic, tp.partition)] = offset

    def committed(self, tp: TP) -> int | None:
        """The offset committed last, or the one that reading started at; None before either."""
        return self._committed_offset.get(tp)

    def verify_event_path(self, now: float, tp: TP) -> None:
        """Nothing: Faust's check does not see our acknowledgements, and would report every long
        backlog as a stuck stream. The worker's watchdog replaces it.
        """

    def _to_message(self, tp: TP, record: Any) -> ConsumerMessage:
        offset = record.offset
        last = self._last_delivered.get(tp)
        if last is None or last + 1 != offset:
            after_last = None if last is None else last + 1
            known = (self.committed(tp), self._start_offsets.get(tp), after_last)
            expected = max((start for start in known if start is not None), default=offset)
            if expected < offset:
                self._gaps.append((tp, expected, offset))
        self._last_delivered[tp] = offset
        return super()._to_message(tp, record)

    async def check_gaps(self) -> None:
        """Raise BrokerError if the broker deleted records before they could be read.

        Gaps alone are no loss: transactions and compaction leave them too.
        """
        while self._gaps:
            tp, expected, offset = self._gaps.popleft()
            earliest = (await self.earliest_offsets(tp))[tp]
            lost = min(earliest, offset) - expected
            if lost > 0:
                raise BrokerError(
                    f"{lost} comments of {tp.topic}/{tp.partition} were dropped by the broker "
                    "before they were read: an embedded broker keeps only the last 5 MiB of a "
                    "partition, a real one what the topic's retention says"
                )

    async def behind(self, tp: TP) -> bool:
        """Whether the partition holds records that are not committed.

        Offsets alone do not show it: the last of them may be a transaction's marker, which is never
        consumed, so a record must have been delivered or be still to fetch.
        """
        committed, highwater = self.committed(tp) or 0, self.highwater(tp)
        if not highwater or committed >= highwater:
            return False
        if self._last_delivered.get(tp, -1) >= committed:
            return True
        position = await self.position(tp)
        return position is not None and position < highwater


class CommentTransport(Transport):
    """Faust's aiokafka transport with our consumer."""

    Consumer: ClassVar[Any] = CommentConsumer


class QuietMonitor(Monitor):
    """Faust's monitor without its cost for every message: `metrics` counts what we need."""

    def on_message_in(self, tp: TP, offset: int, message: Message) -> None:
        pass

    def on_message_out(self, tp: TP, offset: int, message: Message) -> None:
        pass

    def on_stream_event_in(self, tp: TP, offset: int, stream: Any, event: Any) -> dict[Any, Any]:
        return _NOTHING

    def on_stream_event_out(
        self, tp: TP, offset: int, stream: Any, event: Any, state: Any = None
    ) -> None:
        pass

    def track_tp_end_offset(self, tp: TP, offset: int) -> None:
        pass


_NOTHING: dict[Any, Any] = {}


class CommentEvent(faust.Event):
    """A record that only `confirm` acknowledges.

    Faust acknowledges on its own in places: what `take` handed over, and, without its compiled
    parts, what it skips in a rebalance. Either would commit records that have no outcome yet.
    """

    def ack(self) -> bool:
        return False

    def confirm(self) -> bool:
        """Let Faust commit the record."""
        return super().ack()


class RawSchema(faust.Schema):  # type: ignore[type-arg]
    """Leaves records undecoded: Faust commits, and so loses, what it cannot decode."""

    def compile(self, app: AppT, **_: Any) -> Callable[..., Awaitable[Any]]:
        create_event = app.create_event

        async def decode(message: Message, *, propagate: bool = False) -> Any:
            return create_event(None, True, message.headers, message)

        return decode


class CommentApp(faust.App):
    """A Faust app that creates no folders: without tables it has nothing to put there."""

    waits_for_streams = True
    """False after a failure: what is in flight will never be acknowledged."""

    def _create_directories(self) -> None:
        pass


def build_app(settings: Settings) -> CommentApp:
    """A Faust app that consumes as `stream.group`; nothing is connected yet."""
    stream = settings.stream
    app = CommentApp(
        stream.group,
        broker=[f"kafka://{server}" for server in servers(settings.kafka)],
        broker_credentials=_credentials(settings.kafka),
        broker_session_timeout=stream.session_timeout_s,
        broker_heartbeat_interval=stream.session_timeout_s / 10,
        broker_commit_interval=stream.commit_interval_s,
        broker_max_poll_interval=max(300.0, 3 * stream.retry_for_s),
        consumer_auto_offset_reset="earliest",
        store="memory://",
        topic_disable_leader=True,  # the leader topic would have to be created on the broker
        topic_allow_declare=False,
        web_enabled=False,
        Monitor=QuietMonitor,
        Event=CommentEvent,
        cython_optimizations=True,
    )
    app.transport = CommentTransport(app.conf.broker_consumer, app)
    return app


def _credentials(kafka: Kafka) -> SASLCredentials | SSLCredentials | None:
    context = ssl_context(kafka)
    if kafka.security_protocol.startswith("SASL"):
        return SASLCredentials(
            username=kafka.sasl_username,
            password=kafka.sasl_password.get_secret_value(),
            mechanism=kafka.sasl_mechanism,
            ssl_context=context,
        )
    return SSLCredentials(context) if context else None
