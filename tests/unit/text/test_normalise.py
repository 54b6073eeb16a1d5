"""The canonical form: what a text shows, and where each character of it came from."""

from __future__ import annotations

import time

import pytest

from moderator.text.normalise import normalise


@pytest.mark.parametrize(
    ("text", "canonical"),
    [
        ("Plain Text", "plain text"),
        ("ＦＵＬＬ", "full"),
        ("𝐛𝐨𝐥𝐝 𝓼𝓬𝓻𝓲𝓹𝓽 𝔣𝔯𝔞𝔨𝔱𝔲𝔯", "bold script fraktur"),
        ("ⓒⓘⓡⓒ 🅝🅔🅖 🆂🆀", "circ neg sq"),
        ("ᴄᴀᴘs ˢᵘᵖ", "caps sup"),
        ("café naïve Ångström", "cafe naive angstrom"),
        ("z\u0335\u0321a\u0316l", "zal"),
        ("f\u200bu\u00adc\u2060k\x08", "fuck"),
        ("раураl соm", "paypal com"),
        ("Но это так", "но это так"),
        ("Straße", "strasse"),
        ("ﬁne", "fine"),
        ("٣ 五", "3 五"),
        ("I ❤ it™", "i ❤ it™"),
        ("a\u3164b\u2800c", "a b c"),
        ("🇺🇸 🇬🇧", "     "),
        ("🇫🇺", "fu"),
        ("n🇮🇹e", "nite"),
    ],
)
def test_canonical_form(text: str, canonical: str) -> None:
    assert normalise(text).text == canonical


def test_spans_lead_back_to_the_original_with_its_marks() -> None:
    text = "oh s\u200bh\u0301it\u0316\u0317!"
    normal = normalise(text)
    start = normal.text.index("shit")
    first, last = normal.span(start, start + 4)
    assert text[first:last] == "s\u200bh\u0301it\u0316\u0317"


def test_a_flood_of_marks_takes_milliseconds() -> None:
    text = "a" + "\u0301" * 65_535
    started = time.process_time()
    assert normalise(text).text == "a"
    assert time.process_time() - started < 1.0
