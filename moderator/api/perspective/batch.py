"""`POST /batch`: several calls in one body, as multipart/mixed of application/http parts."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from http import HTTPStatus
from typing import Any, NamedTuple
from urllib.parse import urlsplit
from uuid import uuid4

from python_multipart.exceptions import FormParserError
from python_multipart.multipart import MultipartParser, parse_options_header
from starlette.responses import Response

from moderator.api.access.gate import token_of
from moderator.api.body import Headers
from moderator.api.endpoint import Handler
from moderator.api.perspective.errors import AnalyzeError, error_response
from moderator.api.reception import Call
from moderator.api.refusal import RefusalError
from moderator.api.service import Service

MAX_CALLS = 100
_MAX_HEADERS = 50


class Part(NamedTuple):
    """One part of the body: its headers, names in lower case, and its content."""

    headers: dict[str, str]
    content: bytes


class AnswerBatch:
    """The handler; `methods` are those that a part may call, by path."""

    def __init__(self, service: Service, methods: Mapping[str, Handler]) -> None:
        self._service = service
        self._gate = service.gate
        self._methods = methods

    async def batch(self, call: Call) -> Response:
        """Answer each part as a request of its own; a part without a token has the batch's."""
        parts = parse(call.headers.get(b"content-type", b""), call.body)
        # All or none: clients of a batch do not expect to send half of it again.
        call = self._service.admit(call, len(parts))
        answers = await asyncio.gather(*(self._answer(call, part) for part in parts))
        boundary = f"batch_{uuid4().hex}"
        body = b"".join(
            _part(boundary, part.headers.get("content-id", ""), answer)
            for part, answer in zip(parts, answers, strict=True)
        )
        body += f"--{boundary}--\r\n".encode()
        return Response(body, media_type=f"multipart/mixed; boundary={boundary}")

    async def _answer(self, call: Call, part: Part) -> Response:
        try:
            method, target, headers, body = _request(part)
            path, query = urlsplit(target).path, urlsplit(target).query.encode()
            handler = self._methods.get(path)
            if method != "POST" or handler is None:
                raise RefusalError(404, "no_route", "Not found: a batch takes comments:analyze and "
                                   "comments:suggestscore")  # fmt: skip
            own = bool(token_of(headers, query))
            caller = self._gate.admit(*((headers, query) if own else (call.headers, call.query)))
            return await handler(call._replace(caller=caller, body=body))
        except RefusalError as refusal:
            return error_response(refusal)


def parse(content_type: bytes, body: bytes) -> list[Part]:
    """The parts of a multipart body. Raises AnalyzeError if it is malformed or has too many."""
    kind, options = parse_options_header(content_type)
    boundary = options.get(b"boundary")
    if kind != b"multipart/mixed" or not boundary:
        raise AnalyzeError("A batch is multipart/mixed, with a boundary")
    reader = _Reader()
    try:
        parser = MultipartParser(boundary, reader.callbacks())
        # Google's Python client ends lines with a bare LF, which the parser does not take. In
        # JSON it makes no difference.
        parser.write(body.replace(b"\r\n", b"\n").replace(b"\n", b"\r\n"))
        parser.finalize()
    except (FormParserError, UnicodeDecodeError) as error:
        raise AnalyzeError(f"Failed to parse batch: {type(error).__name__}") from None
    if not reader.parts:
        raise AnalyzeError("Failed to parse batch: no parts")
    return reader.parts


class _Reader:
    """Collects what the parser finds."""

    def __init__(self) -> None:
        self.parts: list[Part] = []
        self._name = b""
        self._value = b""

    def callbacks(self) -> Any:
        return {
            "on_part_begin": self._begin,
            "on_header_field": self._field,
            "on_header_value": self._header_value,
            "on_header_end": self._header_end,
            "on_part_data": self._data,
        }

    def _begin(self) -> None:
        if len(self.parts) == MAX_CALLS:
            raise AnalyzeError(f"A batch has at most {MAX_CALLS} calls")
        self.parts.append(Part({}, b""))

    def _field(self, data: bytes, start: int, end: int) -> None:
        self._name += data[start:end]

    def _header_value(self, data: bytes, start: int, end: int) -> None:
        self._value += data[start:end]

    def _header_end(self) -> None:
        headers = self.parts[-1].headers
        if len(headers) < _MAX_HEADERS:
            headers[self._name.decode("latin-1").lower()] = self._value.decode("latin-1")
        self._name = self._value = b""

    def _data(self, data: bytes, start: int, end: int) -> None:
        part = self.parts[-1]
        self.parts[-1] = part._replace(content=part.content + data[start:end])


def _request(part: Part) -> tuple[str, str, Headers, bytes]:
    """Method, target, headers and body of the request in a part."""
    content = part.content.lstrip(b"\r\n").replace(b"\r\n", b"\n", _MAX_HEADERS)
    head, _, body = content.partition(b"\n\n")
    line, *lines = head.split(b"\n", _MAX_HEADERS)
    words = line.decode("latin-1").split(" ")
    if part.headers.get("content-type", "").partition(";")[0] != "application/http":
        raise AnalyzeError("A part of a batch is application/http")
    if len(words) not in (2, 3):  # Google's examples leave out the version
        raise AnalyzeError("A part of a batch begins with a request line")
    headers = {}
    for header in lines:
        name, _, value = header.partition(b":")
        headers[name.strip().lower()] = value.strip()
    return words[0], words[1], headers, body


def _part(boundary: str, content_id: str, answer: Response) -> bytes:
    lines = [f"--{boundary}", "Content-Type: application/http"]
    if content_id and content_id.isprintable():
        inner = content_id.strip().removeprefix("<").removesuffix(">")
        lines.append(f"Content-ID: <response-{inner}>")
    phrase = HTTPStatus(answer.status_code).phrase
    lines += ["", f"HTTP/1.1 {answer.status_code} {phrase}"]
    for name, value in answer.headers.items():
        lines.append(f"{name.title()}: {value}")
    head = "\r\n".join([*lines, "", ""]).encode("latin-1", "replace")
    return head + bytes(answer.body) + b"\r\n"
