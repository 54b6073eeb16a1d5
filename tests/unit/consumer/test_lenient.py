"""Records of any content: read, or refused with the place."""

from __future__ import annotations

import struct
from typing import Any

import pytest
from aiokafka import TopicPartition
from aiokafka.record.util import calc_crc32c_py

from moderator.consumer.lenient import KeptRecords, LenientRecords, UnreadableError
from tests.old_formats import FORMATS, GZIP, Format, message_set
from tests.unit.consumer.batches import batch

TP = TopicPartition("comments", 3)
NAME = "NAME"
BAD_NAME = b"\xff\xfe\x80\x81"
CRC_AT, CRC_FROM = 17, 21


def records(data: bytes, offset: int = 0) -> LenientRecords:
    return LenientRecords(TP, KeptRecords(data), [], offset, None, None, True, 0)


def read(found: LenientRecords) -> list[Any]:
    return list(found)


def with_crc(data: bytes) -> bytes:
    changed = bytearray(data)
    struct.pack_into(">I", changed, CRC_AT, calc_crc32c_py(bytes(changed[CRC_FROM:])))
    return bytes(changed)


def strange(first: int, values: list[bytes]) -> bytes:
    """A sound batch whose header names are not UTF-8."""
    data = batch(first, values, headers=[(NAME, b"v"), ("ok", b"")])
    assert len(NAME) == len(BAD_NAME)
    return with_crc(data.replace(NAME.encode(), BAD_NAME))


def corrupt(first: int, values: list[bytes]) -> bytes:
    data = bytearray(batch(first, values))
    data[-2] ^= 1
    return bytes(data)


def test_ordinary_records_are_read_as_ever() -> None:
    found = records(batch(5, [b"a", b"b"], headers=[("h", b"1")]) + batch(7, [b"c"]), 6)
    assert [(r.offset, r.key, r.value, r.headers) for r in read(found)] == [
        (6, b"key", b"b", (("h", b"1"),)), (7, b"key", b"c", ())
    ]  # fmt: skip
    assert found.next_fetch_offset == 8


def test_a_header_name_that_is_not_utf8_is_escaped() -> None:
    found = records(batch(0, [b"a"]) + strange(1, [b"b", b"c"]) + batch(3, [b"d"]))
    got = read(found)
    assert [(r.offset, r.value) for r in got] == [(0, b"a"), (1, b"b"), (2, b"c"), (3, b"d")]
    assert got[1].headers == (("\\xff\\xfe\\x80\\x81", b"v"), ("ok", b""))
    assert (got[2].key, got[2].timestamp, got[2].timestamp_type) == (b"key", 1_001, 0)
    assert found.next_fetch_offset == 4


def test_reading_may_begin_within_a_strange_batch() -> None:
    assert [r.offset for r in read(records(strange(0, [b"a", b"b", b"c"]), 2))] == [2]


def test_a_compressed_strange_batch_is_read_too() -> None:
    plain = batch(0, [b"a"] * 3, headers=[(NAME, b"v")])
    packed = batch(0, [b"a"] * 3, headers=[(NAME, b"v")], compression=1)
    import gzip

    body = gzip.compress(plain[61:].replace(NAME.encode(), BAD_NAME))
    data = bytearray(packed[:61] + body)
    struct.pack_into(">i", data, 8, len(data) - 12)
    assert [r.value for r in read(records(with_crc(bytes(data))))] == [b"a"] * 3


def test_what_comes_before_a_corrupt_batch_is_handed_over_first() -> None:
    data = batch(0, [b"a", b"b"]) + corrupt(2, [b"c", b"d", b"e"]) + batch(5, [b"f"])
    found = records(data)
    assert [r.offset for r in read(found)] == [0, 1]
    assert found.next_fetch_offset == 2


@pytest.mark.parametrize("offset", [2, 3])
def test_a_corrupt_batch_is_refused_with_its_offsets(offset: int) -> None:
    data = corrupt(2, [b"c", b"d", b"e"]) + batch(5, [b"f"])
    with pytest.raises(UnreadableError, match=f"comments/3 at offset {offset}: ") as refused:
        read(records(data, offset))
    assert (refused.value.first, refused.value.next_offset) == (offset, 5)


@pytest.mark.parametrize("codec", [5, 6, 7])
def test_an_unknown_codec_is_refused(codec: int) -> None:
    data = bytearray(batch(0, [b"a"]))
    struct.pack_into(">h", data, 21, codec)
    with pytest.raises(UnreadableError):
        read(records(with_crc(bytes(data))))


def test_a_record_that_lies_about_its_length_is_refused() -> None:
    data = bytearray(strange(0, [b"a"]))
    data[61] += 2
    with pytest.raises(UnreadableError):
        read(records(with_crc(bytes(data))))


def test_no_message_holds_the_content() -> None:
    with pytest.raises(UnreadableError) as refused:
        read(records(corrupt(0, [b"secret"])))
    assert "secret" not in str(refused.value)


def old(fmt: Format, first: int, count: int = 3) -> bytes:
    return message_set(fmt, first, [("key", b"%d" % (first + at)) for at in range(count)])


@pytest.mark.parametrize("fmt", FORMATS)
def test_old_formats_are_read(fmt: Format) -> None:
    found = records(old(fmt, 5), 6)
    assert [(r.offset, r.key, r.value, r.headers) for r in read(found)] == [
        (6, b"key", b"6", ()), (7, b"key", b"7", ())
    ]  # fmt: skip
    assert found.next_fetch_offset == 8


@pytest.mark.parametrize("second", [*FORMATS, None])
@pytest.mark.parametrize("first", [*FORMATS, None])
def test_formats_may_follow_each_other_in_one_answer(
    first: Format | None, second: Format | None
) -> None:
    def part(fmt: Format | None, offset: int) -> bytes:
        values = [b"%d" % (offset + at) for at in range(3)]
        return batch(offset, values) if fmt is None else old(fmt, offset)

    whole = part(first, 0) + part(second, 3) + part(first, 6)
    found = records(whole + part(second, 9)[:20])
    assert [(r.offset, r.value) for r in read(found)] == [(n, b"%d" % n) for n in range(9)]
    assert found.next_fetch_offset == 9
    assert found._records.size_in_bytes() == len(whole) + 20


def test_a_corrupt_message_of_an_old_format_is_refused_with_all_it_holds() -> None:
    packed = bytearray(old(Format(1, GZIP), 4))
    packed[-2] ^= 1
    data = old(Format(0, 0), 2, 2) + bytes(packed) + batch(7, [b"7"])
    found = records(data, 2)
    assert [r.offset for r in read(found)] == [2, 3]
    with pytest.raises(UnreadableError, match="comments/3 at offset 4: ") as refused:
        read(records(data, 4))
    assert (refused.value.first, refused.value.next_offset) == (4, 7)


def test_strange_names_after_an_old_format_are_escaped() -> None:
    got = read(records(old(Format(1, GZIP), 0) + strange(3, [b"b"]) + old(Format(0, 0), 4)))
    assert [r.offset for r in got] == list(range(7))
