"""When dead letters halt the worker."""

import pytest

from moderator.errors import DeadLettersError, RecordError
from moderator.stream.dlq_limit import DlqLimit

GOOD = object()
BAD = RecordError("decode", "not_json", "the record is not JSON")
AUTHORS = RecordError("size", "id_too_large", "`id` is too long", by_author=True)


def test_a_run_halts_at_its_length_and_not_before() -> None:
    limit = DlqLimit(ratio=1.0, window=1_000, run=5)
    limit.observe([BAD] * 4)
    limit.observe([GOOD, BAD, BAD, BAD, BAD])
    with pytest.raises(DeadLettersError, match=r"5 records in a row .*dead_letter_run"):
        limit.observe([BAD])


def test_a_share_halts_only_once_the_window_is_full() -> None:
    limit = DlqLimit(ratio=0.5, window=10, run=100)
    limit.observe([BAD] * 9)
    with pytest.raises(DeadLettersError, match=r"10 of the last 10 .*dead_letter_ratio"):
        limit.observe([BAD])


def test_a_share_of_just_the_ratio_is_within_the_limit() -> None:
    limit = DlqLimit(ratio=0.5, window=10, run=100)
    limit.observe([BAD, GOOD] * 50)
    with pytest.raises(DeadLettersError, match="6 of the last 10"):
        limit.observe([BAD, BAD])


def test_the_window_forgets() -> None:
    limit = DlqLimit(ratio=0.5, window=10, run=100)
    for _ in range(50):
        limit.observe([BAD] * 5 + [GOOD] * 5)
    with pytest.raises(DeadLettersError):
        limit.observe([BAD] * 6)


def test_what_authors_can_cause_never_halts() -> None:
    limit = DlqLimit(ratio=0.1, window=10, run=5)
    limit.observe([AUTHORS] * 1_000)


def test_what_authors_can_cause_does_not_hide_a_wrong_deployment() -> None:
    limit = DlqLimit(ratio=1.0, window=1_000, run=5)
    with pytest.raises(DeadLettersError, match="5 records in a row"):
        limit.observe([BAD, AUTHORS] * 5)


def test_a_halt_names_the_commonest_reason() -> None:
    other = RecordError("decode", "wrong_type", "`text` is not a string")
    limit = DlqLimit(ratio=1.0, window=10, run=5)
    with pytest.raises(DeadLettersError, match=r"4 of them because of: .*the record is not JSON"):
        limit.observe([BAD, BAD, other, BAD, BAD])
