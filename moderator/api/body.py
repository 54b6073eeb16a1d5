"""Reads a request's body: capped before it is parsed, within a time limit; and decodes its JSON."""

from __future__ import annotations

import asyncio
from collections.abc import Generator, Mapping
from typing import Any, TypeVar, cast

import msgspec
from starlette.types import Message, Receive

from moderator.api.refusal import ClientGoneError, RefusalError
from moderator.decoding import with_whole_surrogates

T = TypeVar("T")
B = TypeVar("B", bytes, bytearray)

Headers = Mapping[bytes, bytes]
"""A request's headers, names in lower case; if one is sent twice, the last one counts."""


async def read_body(headers: Headers, receive: Receive, max_bytes: int, timeout_s: float) -> bytes:
    """The whole body. Raises RefusalError (413, 415, 408) and ClientGoneError.

    A body announced as too large is refused unread; one that turns out to be is read no further.
    """
    announced = headers.get(b"content-length", b"0")
    if not announced.isdigit() or int(announced[:20]) > max_bytes:
        raise _too_large(max_bytes)
    if headers.get(b"content-encoding", b"identity").lower() != b"identity":
        detail = "the body is compressed (`Content-Encoding`): send it as it is"
        raise RefusalError(415, "compressed", detail)
    first = _at_hand(receive)
    if first is not None and first["type"] == "http.request" and not first.get("more_body"):
        whole: bytes = first.get("body", b"")
        return _bounded(whole, max_bytes)
    try:
        async with asyncio.timeout(timeout_s):
            return await _read(first, receive, max_bytes)
    except TimeoutError:
        detail = f"the body did not arrive within {timeout_s:g} s (serve.body_timeout_s)"
        raise RefusalError(408, "slow_body", detail, close=True) from None


def from_json(decoder: msgspec.json.Decoder[T], body: bytes) -> T:
    """What a body holds; half a surrogate pair, which authors can send, becomes U+FFFD.

    Raises msgspec.DecodeError, UnicodeDecodeError, RecursionError.
    """
    try:
        return decoder.decode(body)
    except msgspec.ValidationError:
        raise
    except msgspec.DecodeError:
        repaired = with_whole_surrogates(body)
        if repaired == body:
            raise
        return decoder.decode(repaired)


async def _read(first: Message | None, receive: Receive, max_bytes: int) -> bytes:
    body = bytearray()
    message = first or await receive()
    while True:
        if message["type"] == "http.disconnect":
            raise ClientGoneError
        body += message.get("body", b"")
        _bounded(body, max_bytes)
        if not message.get("more_body"):
            return bytes(body)
        message = await receive()


def _bounded(body: B, max_bytes: int) -> B:
    if len(body) > max_bytes:
        raise _too_large(max_bytes)
    return body


def _too_large(max_bytes: int) -> RefusalError:
    detail = f"the body is over {max_bytes} bytes (serve.max_body_bytes): send fewer comments"
    return RefusalError(413, "body_too_large", detail, close=True)


def is_gone(receive: Receive) -> bool:
    """Whether the client has closed its connection; call it only after the body was read."""
    message = _at_hand(receive)
    return message is not None and message["type"] == "http.disconnect"


def _at_hand(receive: Receive) -> Message | None:
    """What `receive` has at this moment, without waiting and without a task for each request: its
    coroutine is run up to where it would wait, and dropped there."""
    look = cast(Generator[Any, None, Any], receive().__await__())
    try:
        next(look)
    except StopIteration as end:
        return cast(Message, end.value)
    finally:
        look.close()
    return None
