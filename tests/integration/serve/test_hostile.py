"""Clients that are slow, huge, many or gone cost the others nothing."""

from __future__ import annotations

import resource
import socket
import time
from collections.abc import Iterator
from pathlib import Path

import httpx
import psutil
import pytest

from tests.integration.serve.running import ApiProcess, running_api
from tests.servers import missing
from tests.waiting import eventually

IDLE_S = 3.0
MANY = 10_000
KEPT = 2_000
HEAD = b"POST /v1/moderate HTTP/1.1\r\nHost: a\r\nContent-Type: application/json\r\n"


@pytest.fixture(scope="module")
def strict(tmp_path_factory: pytest.TempPathFactory) -> Iterator[ApiProcess]:
    """With little patience, and only the lexicon: it starts quickly."""
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    if hard < MANY + 500:
        missing(f"only {hard} open files are allowed")
    resource.setrlimit(resource.RLIMIT_NOFILE, (hard, hard))
    with running_api(
        tmp_path_factory.mktemp("api"),
        SCORERS__USE='["lexicon"]',
        SERVE__BODY_TIMEOUT_S="1",
        SERVE__IDLE_S=str(IDLE_S),
        SERVE__CONNECTIONS=str(KEPT),
    ) as process:
        yield process
    resource.setrlimit(resource.RLIMIT_NOFILE, (soft, hard))


def connect(api: ApiProcess) -> socket.socket:
    return socket.create_connection(("127.0.0.1", api.api_port), timeout=20)


def answers(api: ApiProcess) -> bool:
    asked = httpx.post(f"{api.url}/v1/moderate", json={"text": "shit"}, timeout=20)
    return asked.status_code == 200


def status(connection: socket.socket) -> bytes:
    return connection.recv(65_536).split(b" ", 2)[1]


def test_a_body_that_trickles_is_cut_off(strict: ApiProcess) -> None:
    with connect(strict) as slow:
        slow.sendall(HEAD + b"Content-Length: 100\r\n\r\n{")
        assert answers(strict)
        start = time.monotonic()
        answer = b""
        while data := slow.recv(65_536):  # to the end: the server closes the connection
            answer += data
        assert time.monotonic() - start < 15
    assert answer.startswith(b"HTTP/1.1 408 ")
    assert b'"slow_body"' in answer


def test_headers_that_trickle_are_cut_off(strict: ApiProcess) -> None:
    with connect(strict) as slow:
        slow.sendall(b"POST /v1/mod")
        start = time.monotonic()
        assert slow.recv(1) == b""
        assert time.monotonic() - start < IDLE_S + 10


def test_a_gigabyte_is_refused_unread(strict: ApiProcess) -> None:
    with connect(strict) as huge:
        huge.sendall(HEAD + b"Content-Length: 1073741824\r\n\r\n")
        assert status(huge) == b"413"


def test_a_gigabyte_in_chunks_is_refused_when_it_is_too_much(strict: ApiProcess) -> None:
    memory = psutil.Process(strict.pid).memory_info
    before = memory().rss
    sent = 0
    with connect(strict) as huge:
        huge.sendall(HEAD + b"Transfer-Encoding: chunked\r\n\r\n")
        chunk = b"10000\r\n" + b" " * 0x10000 + b"\r\n"
        try:
            while sent < 1 << 30:
                huge.sendall(chunk)
                sent += 0x10000
        except OSError:
            pass
    assert sent < 64 << 20
    assert memory().rss - before < 64 << 20
    assert answers(strict)


def test_ten_thousand_idle_connections_make_room_for_who_asks(strict: ApiProcess) -> None:
    idle = []
    try:
        for _ in range(MANY):
            idle.append(socket.create_connection(("127.0.0.1", strict.api_port), timeout=20))
        start = time.monotonic()
        assert answers(strict)
        assert time.monotonic() - start < 15
        assert psutil.Process(strict.pid).num_fds() < KEPT + 200

        def left() -> int:
            return sum(
                one.status == psutil.CONN_ESTABLISHED
                for one in psutil.Process(strict.pid).net_connections()
                if one.laddr.port == strict.api_port
            )

        assert eventually(left, 0, timeout_s=IDLE_S + 20) == 0
    finally:
        for connection in idle:
            connection.close()
    assert answers(strict)


def test_a_client_that_leaves_is_counted_and_forgotten(strict: ApiProcess) -> None:
    body = b'{"text": "' + b"a" * 50_000
    with connect(strict) as leaving:
        leaving.sendall(HEAD + b"Content-Length: 60000\r\n\r\n" + body)
    assert eventually(
        lambda: strict.metric("moderator_http_requests_total", status="499") > 0, True
    )
    assert eventually(lambda: strict.metric("moderator_http_in_flight_requests"), 0.0) == 0


def test_no_text_is_logged(strict: ApiProcess) -> None:
    with connect(strict) as odd:
        odd.sendall(b"secret-words\r\n\r\n")
        assert status(odd) == b"400"
    httpx.post(f"{strict.url}/v1/moderate", content=b'{"text": "secret-words', timeout=20)
    httpx.get(f"{strict.url}/v1/verdicts/secret-words?key=secret-words", timeout=20)
    assert "secret-words" not in strict.log
    assert "secret-words" not in strict.page("metrics")


def test_beyond_loopback_it_does_not_start_without_tokens(tmp_path: Path) -> None:
    process = ApiProcess(
        tmp_path, {"SERVE__HOST": "0.0.0.0", "SCORERS__USE": '["lexicon"]'}  # noqa: S104
    )  # fmt: skip
    assert process.wait(60) == 2
    assert "--insecure" in process.log
    process.kill()
