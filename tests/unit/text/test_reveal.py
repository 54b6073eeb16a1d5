"""What a text shows once it is displayed, and where each of its characters came from."""

from __future__ import annotations

import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from moderator.text.reveal import as_displayed, reveal, split_words

PIECES = ["<b>", "</b>", "**", "||", "&#117;", "&shy;", "%68", "\u202e", "\u202c", "[b]", "ɐ", "sh"]


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("s||hi||t", "shit"),
        ("cu<i></i>nt", "cunt"),
        ("sh<!-- x -->it", "shit"),
        ("[sh](http://a.b)it", "shit"),
        ("wh[/b]ore", "whore"),
        ("`sh`it", "shit"),
        ("w%68ore", "whore"),
        ("b&#x69;tch", "bitch"),
        ("s&nbsp;h", "s\u00a0h"),
        ("a \u202edlrow\u202c b", "a world b"),
        ("ǝɹoɥʍ", "whore"),
        ("you 千卂ムムㄖㄒ", "you faggot"),
        (":regional_indicator_a: :regional_indicator_b:", "ab"),
    ],
)
def test_what_hides_inside_words_is_undone(text: str, shown: str) -> None:
    revealed = reveal(text)
    assert revealed is not None
    assert revealed.text == shown
    assert len(revealed.places) == len(shown)


@pytest.mark.parametrize(
    "text",
    ["a <b>bold</b> word", "a**hole", "100% sure & <3", "plain", "x_y", "R & D",
     "see [this](http://a.b) now", "||whole|| words", "əæɪ is phonetic", "千人去山东", "ㄒㄩ千年"],
)  # fmt: skip
def test_what_only_decorates_stays(text: str) -> None:
    assert reveal(text) is None


def test_a_span_leads_back_to_the_disguise() -> None:
    revealed = reveal("you s<b>l</b>ut!")
    assert revealed is not None
    assert revealed.span(4, 8) == (4, 15)
    turned = reveal("x \u202etnuc\u202c")
    assert turned is not None
    assert turned.span(2, 6) == (3, 7)


@pytest.mark.parametrize(
    ("text", "apart"),
    [
        ("#KillAllOfThem now", "#Kill All Of Them now"),
        ("IHateThem", "I Hate Them"),
        ("GoToHell", "Go To Hell"),
        ("sTuPId idIOt AsShOLe YOuRsELf", None),
        ("@BadName", "@Bad Name"),
        ("HTMLParser iPhone McDonald NASA", None),
        ("https://x.y/aBcDeF and XqF4GzPo3nA", None),
    ],
)
def test_glued_words_come_apart(text: str, apart: str | None) -> None:
    found = split_words(text)
    assert (found and found.text) == apart
    if found:
        assert [text[at] for at in found.places if text[at] != " "]
        assert len(found.places) == len(found.text)


def test_a_model_reads_both_undone() -> None:
    assert as_displayed("#IHate y<b>o</b>u") == "#I Hate you"
    assert as_displayed("calm") == "calm"


@given(st.lists(st.one_of(st.sampled_from(PIECES), st.text(max_size=3)), max_size=12).map("".join))
def test_places_lie_in_the_text(text: str) -> None:
    for revealed in (reveal(text), split_words(text)):
        if revealed:
            assert len(revealed.places) == len(revealed.text)
            assert all(0 <= at < len(text) for at in revealed.places)


@pytest.mark.parametrize(
    "unit", ["<a", "[b]f[/b]", "&#1", "||a", "<!--", "\u202e", "ɐ", "aB", "[a]("]
)
def test_a_flood_is_read_in_linear_time(unit: str) -> None:
    text = (unit * 65_536)[:65_536]
    started = time.process_time()
    reveal(text)
    split_words(text)
    assert time.process_time() - started < 1.0
