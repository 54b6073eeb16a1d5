"""What is logged, and how often."""

import logging
from pathlib import Path

import pytest

from moderator.messages.commands import use_settings_file
from moderator.processes.logs import ThrottleFilter, configure_logging
from moderator.testing import ManualClock


def record(name: str, message: str) -> logging.LogRecord:
    return logging.LogRecord(name, logging.ERROR, "", 0, message, None, None)


def test_aiokafka_repeats_itself_seldom() -> None:
    clock = ManualClock(100.0)
    throttle = ThrottleFilter(30, clock)
    broken = record("aiokafka.client", "Unable connect to node with id %s: %s")
    assert [throttle.filter(broken), throttle.filter(broken)] == [True, False]
    assert throttle.filter(record("aiokafka.consumer", "another"))
    clock.advance(30)
    assert throttle.filter(broken)


@pytest.mark.parametrize("tracebacks", [False, True])
def test_tracebacks_of_aiokafka_are_for_those_who_ask(tracebacks: bool) -> None:
    found = record("aiokafka.conn", "Unexpected exception")
    found.exc_info = ValueError, ValueError("readexactly size can not be less than zero"), None
    assert ThrottleFilter(30, ManualClock(), tracebacks=tracebacks).filter(found)
    assert bool(found.exc_info) is tracebacks


def test_our_own_log_is_never_held_back() -> None:
    throttle = ThrottleFilter(30, ManualClock())
    ours = record("moderator.stream.worker", "the same")
    assert [throttle.filter(ours), throttle.filter(ours)] == [True, True]


def test_commands_in_it_name_the_settings_file(monkeypatch: pytest.MonkeyPatch) -> None:
    handlers: list[logging.Handler] = []
    monkeypatch.setattr(logging, "basicConfig", lambda **given: handlers.extend(given["handlers"]))
    configure_logging()
    use_settings_file(Path("a.toml"))
    try:
        shown = handlers[0].format(record("moderator", "see `moderator doctor`"))
    finally:
        use_settings_file(None)
    assert shown.endswith("ERROR moderator: see `moderator doctor --config a.toml`")
