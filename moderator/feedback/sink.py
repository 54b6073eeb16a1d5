"""Where feedback is kept: nowhere, in a file, or on a topic."""

from __future__ import annotations

import asyncio
import os
from pathlib import Path
from typing import Protocol

import msgspec

from moderator.errors import SettingsError
from moderator.feedback.record import Feedback
from moderator.settings import Settings


class FeedbackSink(Protocol):
    """Keeps feedback."""

    async def put(self, feedback: Feedback) -> None:
        """Returns once it is kept. Raises BrokerError or OSError if it is not."""
        ...

    async def close(self) -> None:
        """Release file or connections."""
        ...


class NoFeedback:
    """Discards feedback: for clients that send it although it is switched off."""

    async def put(self, feedback: Feedback) -> None:
        pass

    async def close(self) -> None:
        pass


class FeedbackFile:
    """A line of JSON each, appended in one write, so that several processes may share the file."""

    def __init__(self, path: Path) -> None:
        """Raises SettingsError if the file cannot be opened."""
        try:
            self._file = os.open(path, os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o600)
        except OSError as error:
            raise SettingsError(
                f"feedback.file: {path}: cannot be opened ({error.strerror})"
            ) from None

    async def put(self, feedback: Feedback) -> None:
        await asyncio.to_thread(os.write, self._file, msgspec.json.encode(feedback) + b"\n")

    async def close(self) -> None:
        os.close(self._file)


def build_sink(settings: Settings) -> FeedbackSink:
    """The sink that `[feedback]` names. Raises SettingsError."""
    if settings.feedback.to == "topic":
        from moderator.feedback.topic import FeedbackTopic

        return FeedbackTopic(settings)
    if settings.feedback.to == "file":
        return FeedbackFile(settings.feedback.file)
    return NoFeedback()
