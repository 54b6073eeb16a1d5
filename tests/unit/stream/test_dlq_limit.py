"""When dead letters halt the worker."""

from types import SimpleNamespace
from typing import Any

import pytest

from moderator.errors import DeadLettersError, RecordError
from moderator.stream.dlq_limit import DlqLimit

GOOD = object()
BAD = RecordError("decode", "not_json", "the record is not JSON")
AUTHORS = RecordError("size", "id_too_large", "`id` is too long", by_author=True)


def observe(limit: DlqLimit, decoded: list[object]) -> None:
    """With records at the offsets 100, 101 …"""
    messages: list[Any] = [
        SimpleNamespace(topic="comments", partition=3, offset=100 + n) for n in range(len(decoded))
    ]
    limit.observe(zip(messages, decoded, strict=True))


def test_a_run_halts_at_its_length_and_not_before() -> None:
    limit = DlqLimit(ratio=1.0, window=1_000, run=5)
    observe(limit, [BAD] * 4)
    observe(limit, [GOOD, BAD, BAD, BAD, BAD])
    with pytest.raises(DeadLettersError, match=r"5 records in a row .*dead_letter_run"):
        observe(limit, [BAD])


def test_a_share_halts_only_once_the_window_is_full() -> None:
    limit = DlqLimit(ratio=0.5, window=10, run=100)
    observe(limit, [BAD] * 9)
    with pytest.raises(DeadLettersError, match=r"10 of the last 10 .*dead_letter_ratio"):
        observe(limit, [BAD])


def test_a_share_of_just_the_ratio_is_within_the_limit() -> None:
    limit = DlqLimit(ratio=0.5, window=10, run=100)
    observe(limit, [BAD, GOOD] * 50)
    with pytest.raises(DeadLettersError, match="6 of the last 10"):
        observe(limit, [BAD, BAD])


def test_the_window_forgets() -> None:
    limit = DlqLimit(ratio=0.5, window=10, run=100)
    for _ in range(50):
        observe(limit, [BAD] * 5 + [GOOD] * 5)
    with pytest.raises(DeadLettersError):
        observe(limit, [BAD] * 6)


def test_what_authors_can_cause_never_halts() -> None:
    limit = DlqLimit(ratio=0.1, window=10, run=5)
    observe(limit, [AUTHORS] * 1_000)


def test_what_authors_can_cause_does_not_hide_a_wrong_deployment() -> None:
    limit = DlqLimit(ratio=1.0, window=1_000, run=5)
    with pytest.raises(DeadLettersError, match="5 records in a row"):
        observe(limit, [BAD, AUTHORS] * 5)


def test_a_halt_names_the_commonest_reason_and_a_record_of_it() -> None:
    other = RecordError("decode", "wrong_type", "`text` is not a string")
    limit = DlqLimit(ratio=1.0, window=10, run=5)
    with pytest.raises(DeadLettersError, match="4 of them because of: ") as halt:
        observe(limit, [BAD, BAD, BAD, BAD, other])
    assert f"{BAD} (such as offset 103 of comments/3)" in str(halt.value)
