"""What a worker's port answers: its metrics, or nothing, whatever else listens there."""

from __future__ import annotations

import socket
from collections.abc import Iterator
from contextlib import contextmanager
from threading import Thread

import pytest

from moderator.http.ports import free_port
from moderator.monitor.scrape import fetch

OK = b"HTTP/1.1 200 OK\r\nContent-Length: %d\r\n\r\n%s"


@contextmanager
def answering(answer: bytes) -> Iterator[str]:
    """The address of a server that gives one connection this answer, and then ends it."""
    with socket.create_server(("127.0.0.1", 0)) as server:

        def answer_one() -> None:
            connection, _ = server.accept()
            with connection:
                connection.recv(65_536)
                connection.sendall(answer)

        thread = Thread(target=answer_one)
        thread.start()
        yield f"127.0.0.1:{server.getsockname()[1]}"
        thread.join(30)


def page(content: bytes) -> bytes:
    return OK % (len(content), content)


def test_metrics_are_read() -> None:
    with answering(page(b'x_total{a="b"} 2\n')) as address:
        scrape = fetch(address, 10)
    assert scrape is not None
    assert scrape.of("x_total") == {(("a", "b"),): 2.0}
    assert scrape.of("y") == {}


@pytest.mark.parametrize(
    "answer",
    [
        b"",
        b"-ERR unknown command 'GET'\r\n",
        b"HTTP/1.1 404 Not Found\r\nContent-Length: 0\r\n\r\n",
        OK % (100, b"x_total 2\n"),  # ends before its length
        page(b"<html>a page of something else</html>"),
        page(b"x_total 2\xff\n"),
        page(b"x_total two\n"),
    ],
)
def test_any_other_answer_is_none(answer: bytes) -> None:
    with answering(answer) as address:
        assert fetch(address, 10) is None


def test_nobody_there_and_nobody_speaking_is_none() -> None:
    assert fetch(f"127.0.0.1:{free_port()}", 0.2) is None
    with socket.create_server(("127.0.0.1", 0)) as silent:
        assert fetch(f"127.0.0.1:{silent.getsockname()[1]}", 0.2) is None


@pytest.mark.parametrize("host", ["no-such-host.invalid", "x..y", "a" * 70])
def test_a_name_that_cannot_be_resolved_is_none(host: str) -> None:
    assert fetch(f"{host}:6066", 0.2) is None
