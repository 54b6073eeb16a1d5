"""When dead letters halt the worker."""

import pytest

from moderator.errors import DeadLettersError
from moderator.stream.dlq_limit import DlqLimit


def test_a_run_halts_at_its_length_and_not_before() -> None:
    guard = DlqLimit(ratio=1.0, window=1_000, run=5)
    guard.observe([True] * 4)
    guard.observe([False, True, True, True, True])
    with pytest.raises(DeadLettersError, match="dead_letter_run"):
        guard.observe([True])


def test_a_share_halts_only_once_the_window_is_full() -> None:
    guard = DlqLimit(ratio=0.5, window=10, run=100)
    guard.observe([True] * 9)
    with pytest.raises(DeadLettersError, match=r"10 of the last 10 .*dead_letter_ratio"):
        guard.observe([True])


def test_the_window_forgets() -> None:
    guard = DlqLimit(ratio=0.5, window=10, run=100)
    for _ in range(50):
        guard.observe([True] * 5 + [False] * 5)
    with pytest.raises(DeadLettersError):
        guard.observe([True] * 6)
