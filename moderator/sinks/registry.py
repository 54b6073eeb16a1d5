"""The sinks that `stream.sink` may name: a new one is a module and one line here."""

from __future__ import annotations

from collections.abc import Callable

from moderator.errors import SettingsError
from moderator.settings import Settings
from moderator.sinks.base import VerdictSink
from moderator.sinks.kafka import KafkaSink
from moderator.sinks.split import SplitSink

SINKS: dict[str, Callable[[Settings], VerdictSink]] = {
    "kafka": KafkaSink.from_settings,
}
"""Name → what makes the sink; call it while an event loop runs."""


def build_sink(settings: Settings) -> VerdictSink:
    """The sink that `stream.sink` names; dead letters go to Kafka whatever takes the verdicts.

    Raises SettingsError for an unknown name.
    """
    name = settings.stream.sink
    if name not in SINKS:
        known = ", ".join(sorted(SINKS))
        raise SettingsError(f"stream.sink: unknown sink {name!r}; known are {known}")
    sink = SINKS[name](settings)
    if isinstance(sink, KafkaSink):
        return sink
    return SplitSink(verdicts=sink, dead_letters=KafkaSink.from_settings(settings))
