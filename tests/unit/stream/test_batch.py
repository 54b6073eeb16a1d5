"""What a text costs by estimate, and how batches are cut by it."""

import pytest

from moderator.errors import RecordError
from moderator.records import Comment
from moderator.stream.batch import Item, SlowLane, parts
from moderator.stream.cost import SLOW, cost_of
from tests.unit.stream.fakes import FakeEvent, FakeMessage


def item(cost: float, key: bytes | None = None, comment_id: str = "c") -> Item:
    return Item(FakeEvent(FakeMessage(b"", key=key), []), Comment(id=comment_id, text=""), cost)


@pytest.mark.parametrize(
    ("text", "cost"),
    [
        ("", 1.0),
        ("word " * 2_048, 11.0),
        ("слово" * 1_024, 11.0),
        ("." * 1_024, 9.0),
        ("a." * 1_024, 10.0),
        ("\u0400" * 1_024, 3.0),  # its second byte is 0x80
        ("\x7f" * 1_024, 9.0),
    ],
)
def test_signs_cost_more_than_words(text: str, cost: float) -> None:
    assert cost_of(text) == cost


@pytest.mark.parametrize(
    "text", ["word " * 3_100, "f.u-c_k*s/h|i\\t" * 250, "[b]f[/b]" * 400, "\ud83d" * 16_000]
)
def test_large_and_disguised_texts_are_slow(text: str) -> None:
    assert cost_of(text) >= SLOW


def test_slow_begins_at_fifteen_kib_of_words() -> None:
    assert cost_of("a" * 15 * 1_024) >= SLOW
    assert cost_of("a" * (15 * 1_024 - 1)) < SLOW


def test_an_ordinary_comment_is_not_slow() -> None:
    assert cost_of("Well, I can't say - really! - that I agree with this (or that). " * 40) < SLOW


def test_parts_stay_within_the_limit_and_hold_one_item_at_least() -> None:
    items = [item(cost) for cost in (1, 2, 3, 9, 1, 1, 1, 3)]
    cut = [[one.cost for one in part] for part in parts(items, lambda: 5.0)]
    assert cut == [[1, 2], [3], [9], [1, 1, 1], [3]]


def test_the_limit_is_asked_for_anew_before_each_part() -> None:
    limits = iter([1.0, 3.0, 2.0])
    cut = [len(part) for part in parts([item(1.0)] * 6, lambda: next(limits))]
    assert cut == [1, 3, 2]


def test_a_key_stays_in_the_slow_lane_until_all_of_it_has_left() -> None:
    lane = SlowLane()
    slow, follower, other = item(SLOW, b"a"), item(1.0, b"a"), item(1.0, b"b")
    assert lane.divide([slow, follower, other]) == ([other], [slow, follower])
    lane.leave(slow)
    late = item(1.0, b"a")
    assert lane.divide([late]) == ([], [late])
    lane.leave(follower)
    lane.leave(late)
    assert lane.divide([late]) == ([late], [])


def test_without_a_key_the_id_keeps_its_order() -> None:
    lane = SlowLane()
    slow, same, other = item(SLOW), item(1.0), item(1.0, comment_id="d")
    assert lane.divide([slow, same, other]) == ([other], [slow, same])


def test_a_record_without_key_that_cannot_be_decoded_follows_nobody() -> None:
    lane = SlowLane()
    error = RecordError("decode", "not_json", "the record is not JSON")
    bad = Item(FakeEvent(FakeMessage(b""), []), error, 1.0)
    assert lane.divide([item(SLOW, b"a"), bad])[0] == [bad]
