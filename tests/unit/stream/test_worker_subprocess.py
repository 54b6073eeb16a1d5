"""What is said of a worker that did not come up."""

from io import BytesIO

from moderator.stream.worker_subprocess import _tail


def test_the_end_of_its_log_is_shown() -> None:
    assert _tail(BytesIO(b"x" * 3_000 + b" the end\n")).endswith("x the end")


def test_an_empty_log_is_not_left_as_an_empty_line() -> None:
    assert "logged nothing" in _tail(BytesIO(b""))
