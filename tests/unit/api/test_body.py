"""Bodies are read whole, up to their limits of size and time."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence

import pytest
from starlette.types import Message

from moderator.api.body import is_gone, read_body
from moderator.api.refusal import ClientGoneError, RefusalError

GONE: Message = {"type": "http.disconnect"}


def part(body: bytes, *, more: bool = False) -> Message:
    return {"type": "http.request", "body": body, "more_body": more}


class Client:
    """Sends messages, each after a pause if `late`, and then nothing."""

    def __init__(self, messages: Sequence[Message], *, late: bool = False) -> None:
        self._messages = list(messages)
        self._late = late

    async def receive(self) -> Message:
        if self._late:
            await asyncio.sleep(0.001)
        if not self._messages:
            await asyncio.Event().wait()
        return self._messages.pop(0)


@pytest.mark.parametrize("late", [False, True])
@pytest.mark.parametrize(
    "messages",
    [
        [part(b"hello")],
        [part(b"he", more=True), part(b"llo")],
        [part(b"hello", more=True), part(b"")],
    ],
)
async def test_all_parts_are_read(messages: list[Message], late: bool) -> None:
    assert await read_body({}, Client(messages, late=late).receive, 5, 1.0) == b"hello"


@pytest.mark.parametrize("late", [False, True])
@pytest.mark.parametrize(
    "messages", [[part(b"hello!")], [part(b"hel", more=True), part(b"lo!", more=True)]]
)
async def test_more_than_was_announced_is_refused(messages: list[Message], late: bool) -> None:
    with pytest.raises(RefusalError) as refused:
        await read_body({}, Client(messages, late=late).receive, 5, 1.0)
    assert (refused.value.status, refused.value.close) == (413, True)


async def test_a_body_that_does_not_end_is_refused() -> None:
    with pytest.raises(RefusalError) as refused:
        await read_body({}, Client([part(b"he", more=True)]).receive, 5, 0.02)
    assert refused.value.status == 408


async def test_who_leaves_amid_the_body_is_gone() -> None:
    client = Client([part(b"he", more=True), GONE])
    with pytest.raises(ClientGoneError):
        await read_body({}, client.receive, 5, 1.0)
    with pytest.raises(ClientGoneError):
        await read_body({}, Client([GONE]).receive, 5, 1.0)


async def test_whether_a_client_is_gone_is_known_without_waiting() -> None:
    assert is_gone(Client([GONE]).receive)
    assert not is_gone(Client([]).receive)
