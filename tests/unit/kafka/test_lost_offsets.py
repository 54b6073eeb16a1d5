"""When a committed offset can be trusted."""

import pytest

from moderator.kafka.lost_offsets import Bookmark, LogState, Loss, explain, loss

LOG = LogState(start=100, end=200, topic_id="A", epoch_end=200)


@pytest.mark.parametrize("committed", [100, 150, 200])
def test_what_the_log_holds_is_trusted(committed: int) -> None:
    assert loss(committed, Bookmark("A", 3), LOG) is None


@pytest.mark.parametrize(
    ("committed", "bookmark", "log", "why"),
    [
        (201, Bookmark(), LOG, Loss.BEYOND_END),
        (99, Bookmark(), LOG, Loss.BEFORE_START),
        (150, Bookmark("B", 3), LOG, Loss.RECREATED),
        (150, Bookmark("A", 3), LOG._replace(epoch_end=149), Loss.TRUNCATED),
        (150, Bookmark("A", 3), LOG._replace(epoch_end=-1), Loss.TRUNCATED),
        (250, Bookmark("B", 3), LOG, Loss.RECREATED),
    ],
)
def test_what_it_does_not_hold_is_not(
    committed: int, bookmark: Bookmark, log: LogState, why: Loss
) -> None:
    assert loss(committed, bookmark, log) is why
    message = explain("comments", 7, committed, log, why)
    assert "comments/7" in message
    assert str(committed) in message or why is Loss.BEFORE_START


@pytest.mark.parametrize(
    ("bookmark", "log"),
    [
        (Bookmark("", 3), LOG),
        (Bookmark("A", -1), LOG._replace(epoch_end=10)),
        (Bookmark("A", 3), LOG._replace(topic_id="")),
        (Bookmark("A", 3), LOG._replace(epoch_end=None)),
        (Bookmark("A", 3), LOG._replace(epoch_end=150)),
    ],
)
def test_what_is_unknown_is_not_compared(bookmark: Bookmark, log: LogState) -> None:
    assert loss(150, bookmark, log) is None


@pytest.mark.parametrize("bookmark", [Bookmark(), Bookmark("xJ-9_a", 0), Bookmark("", 12)])
def test_a_bookmark_survives_a_commit(bookmark: Bookmark) -> None:
    assert Bookmark.decode(bookmark.encode()) == bookmark


@pytest.mark.parametrize("behind", ["7", " 9", "=A", "\0"])
def test_what_a_client_reads_behind_a_bookmark_is_not_part_of_it(behind: str) -> None:
    assert Bookmark.decode(Bookmark("xJ-9_a", 3).encode() + behind) == Bookmark("xJ-9_a", 3)


def test_a_bookmark_of_an_earlier_release_is_read() -> None:
    assert Bookmark.decode("v1 xJ-9_a 3") == Bookmark("xJ-9_a", 3)


@pytest.mark.parametrize("metadata", [None, "", "v1", "v2 A 3", "v1 A 3 4", "runs 3-9"])
def test_metadata_of_others_is_not_a_bookmark(metadata: str | None) -> None:
    assert Bookmark.decode(metadata) == Bookmark()


@pytest.mark.parametrize("epoch", ["x", "-2", "", "2147483648", "9" * 4_000, "\u0663"])
def test_what_cannot_be_an_epoch_is_unknown(epoch: str) -> None:
    assert Bookmark.decode(f"v1 A {epoch}") == Bookmark("A", -1)


def test_the_last_epoch_is_known() -> None:
    assert Bookmark.decode("v1 A 2147483647") == Bookmark("A", 2**31 - 1)
