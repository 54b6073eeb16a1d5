"""The words around triggers, and spans in them led back to the text."""

from __future__ import annotations

import pytest

from moderator.lexicon.obfuscation.suspicious import SuspiciousParts, joined_by_symbol


def parts(text: str, *triggers: str) -> SuspiciousParts:
    """The parts of a text around the first places of these triggers."""
    raw = text.encode()
    spans = [(raw.index(t.encode()), raw.index(t.encode()) + len(t.encode())) for t in triggers]
    return SuspiciousParts(raw, sorted(spans))


def read(text: str, *triggers: str) -> list[str]:
    joined = parts(text, *triggers).joined
    return [part.decode() for part in joined.split(b" \xff\xff\xff ")[:-1]]


@pytest.mark.parametrize(
    ("text", "triggers", "expected"),
    [
        ("one two th3ee four five", ["3e"], ["two th3ee four"]),
        ("th3ee four five", ["3e"], ["th3ee four"]),
        ("one two th3ee", ["3e"], ["two th3ee"]),
        ("one two th3ee go on to four five", ["3e"], ["two th3ee go on to"]),
        ("one two as we th3ee four", ["3e"], ["as we th3ee four"]),
        ("one two th3ee fou fiv six", ["3e"], ["two th3ee fou"]),
        ("one two th3ee a fou fiv", ["3e"], ["two th3ee a"]),
        ("one th3ee four five s1x end", ["3e", "1x"], ["one th3ee four five s1x end"]),
        ("one th3ee four five six s1x end", ["3e", "1x"], ["one th3ee four", "six s1x end"]),
        (
            "one th3ee four five six s1xy on0 more",
            ["3e", "1x", "n0"],
            ["one th3ee four", "six s1xy on0 more"],
        ),
        ("one th3ee s1x end", ["3e", "1x"], ["one th3ee s1x end"]),
        ("f u c k it all", [" u "], ["f u c k it"]),
    ],
)
def test_a_part_is_the_word_of_a_trigger_and_those_around_it(
    text: str, triggers: list[str], expected: list[str]
) -> None:
    assert read(text, *triggers) == expected


def test_spans_of_the_parts_are_led_back_to_the_text() -> None:
    text = "zero one th3ee four five six s1x end"
    suspicious = parts(text, "3e", "1x")
    assert suspicious.joined == b"one th3ee four \xff\xff\xff six s1x end \xff\xff\xff "
    for word in ("th3ee", "th3ee four", "s1x", "s1x end"):
        start = suspicious.joined.index(word.encode())
        located = suspicious.locate(start, start + len(word))
        assert located == (text.index(word), text.index(word) + len(word))


@pytest.mark.parametrize(
    ("word", "is_near"),
    [("th3ee", True), ("one", False), ("four", False), ("one th", True), ("e four", True),
     (" four", False), ("one t", True), ("one ", False)],
)  # fmt: skip
def test_what_touches_no_trigger_is_not_disguised(word: str, is_near: bool) -> None:
    suspicious = parts("one th3ee four", "h3e")
    start = suspicious.joined.index(word.encode())
    assert (suspicious.locate(start, start + len(word)) is not None) is is_near


@pytest.mark.parametrize(
    ("written", "is_number"),
    [
        ("7.5", True),
        ("75", True),
        ("7", False),  # one digit may be a letter
        ("a7", False),
        ("1100s", True),
        ("1100th", True),
        ("11abc", False),
        ("n64", True),
        ("n66", False),
        ("ab64", False),
        ("b00b5", False),
        ("1a2", False),
        ("55a5", False),
        ("$64", True),
    ],
)
def test_a_number_is_not_a_disguise(written: str, is_number: bool) -> None:
    suspicious = parts(written, written[:2])
    assert (suspicious.locate(0, len(written)) is None) is is_number


@pytest.mark.parametrize(
    ("text", "is_joined"),
    [
        ("s@turd@y", True),
        ("turd", False),
        ("turd@", False),
        ("turd@ y", False),
        ("turd@y", True),
        ("turd@y.", True),
        ("turd*$^y", True),
        ("turd*****y", True),
        ("turd******y", False),  # beyond what is looked at
        ("turd-y", False),
        ("x@turd", True),
        ("x*turd", True),
        ("x******turd", False),
        (" *turd", False),
        (" @turd", True),
        ("$turd", True),
        ("#turd", False),
        ("x-turd", False),
        ("x;*turd", False),
        ("x y*turd", True),
        ("y.*turd", False),
    ],
)
def test_a_symbol_joins_a_word_to_letters(text: str, is_joined: bool) -> None:
    start = text.index("turd")
    assert joined_by_symbol(text.encode(), start, start + 4) is is_joined
