"""The Faust app: which parts of Faust are used, and which are off because they cost or harm."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import Any, ClassVar

import faust
from faust.auth import SASLCredentials, SSLCredentials
from faust.sensors import Monitor
from faust.transport.drivers.aiokafka import Transport
from faust.types import TP, AppT, Message

from moderator.consumer.comments import CommentConsumer
from moderator.consumer.topic_ids import TopicIds
from moderator.kafka.client_config import servers, ssl_context
from moderator.settings import Kafka, Settings

_REQUEST_TIMEOUT_S = 90.0


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

    topic_name: str
    topic_ids: TopicIds
    isolation_level: str
    on_lost_offsets: str
    """As the settings say; `build_app` sets these four."""

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
        broker_request_timeout=max(_REQUEST_TIMEOUT_S, stream.session_timeout_s + 1),
        broker_commit_interval=stream.commit_interval_s,
        broker_max_poll_interval=max(300.0, 3 * stream.retry_for_s),
        consumer_auto_offset_reset="earliest",
        consumer_group_instance_id=stream.instance_id or None,
        consumer_metadata_max_age_ms=int(settings.kafka.metadata_refresh_s * 1000),
        store="memory://",
        topic_disable_leader=True,  # the leader topic would have to be created on the broker
        topic_allow_declare=False,
        web_enabled=False,
        Monitor=QuietMonitor,
        Event=CommentEvent,
        cython_optimizations=True,
    )
    app.transport = CommentTransport(app.conf.broker_consumer, app)
    app.topic_name = settings.topics.comments
    app.topic_ids = TopicIds(settings.kafka)
    app.isolation_level = settings.kafka.isolation_level
    app.on_lost_offsets = stream.on_lost_offsets
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
