"""Which parts of a text are addresses, code, file names, numbers, formulas or random characters."""

from __future__ import annotations

import pytest

from moderator.lexicon.technical import technical_spans


@pytest.mark.parametrize(
    ("text", "parts"),
    [
        ("see https://a.b/c now", ["https://a.b/c"]),
        ("see www.a now", ["www.a"]),
        ("see https://a.b/v1.2/c now", ["https://a.b/v1.2/c"]),
        ("see https://a.b/B455 and more", ["https://a.b/B455"]),
        ("mail x.y+z@host-1.co.uk today", ["x.y+z@host-1.co.uk"]),
        ("me@home", []),
        ("type `abc` or `ab`", ["`abc`"]),
        ("```\nx\n``` y", ["```\nx\n```"]),
        ("call foo_bar(x)", ["foo_bar("]),
        ("foo_bar += 1", ["foo_bar +="]),
        ("foo_bar.x", ["foo_bar.x"]),
        ("foo_bar baz", []),
        ("i++; j--)", ["i++", "j--"]),
        ("ab = 1 abcd = 2", ["ab = "]),
        ("let ab = 'x'", ["ab = "]),
        ("open lib/ab.py", ["lib/ab.py"]),
        ("a.py", []),
    ],
)
def test_plain_words_may_count_in_addresses_code_and_file_names(
    text: str, parts: list[str]
) -> None:
    spans = technical_spans(text)
    assert [text[start:end] for start, end, _ in spans] == parts
    assert all(plain_counts for _, _, plain_counts in spans)


@pytest.mark.parametrize(
    ("text", "parts"),
    [
        ("so $\\hat x$ acts", ["$\\hat x$"]),
        ("$ab$", []),
        ("$ab$ and \\", []),
        ("id df7c-ab12-12 of", ["df7c-ab12-12"]),
        ("v1.2, then 1.2.3-rc1", ["v1.2", "1.2.3-rc1"]),
        ("(pH4.95) is pH 5.0", ["pH4.95", "pH 5.0"]),
        ("A 12, B455, ABC1", ["A 12", "B455", "ABC1"]),
    ],
)
def test_nothing_counts_in_formulas_and_numbers(text: str, parts: list[str]) -> None:
    spans = technical_spans(text)
    assert [text[start:end] for start, end, _ in spans] == parts
    assert not any(plain_counts for _, _, plain_counts in spans)


@pytest.mark.parametrize(
    ("token", "is_random"),
    [
        ("ABcdefg123", True),  # digits make up three tenths
        ("ABcdefgh123", False),
        ("Abcdefg123", False),  # of the capitals there must be two
        ("ABc123456", True),
        ("AB1234567", False),  # no lower-case letter
        ("ab1234567", False),
        ("ABCDefghi12", True),  # eleven characters, four capitals
        ("ABCDefgh12", False),
        ("ABCdefghi12", False),
        ("ABCDEFGHef12", False),  # two lower-case letters
        ("ABCDEFefg12", True),
        ("ABCDefghijk1", False),  # one digit
        ("AB/-c1234", True),
        ("ABc12345", False),  # of eight characters
    ],
)
def test_a_long_token_of_mixed_characters_is_random(token: str, is_random: bool) -> None:
    random = [(4, 4 + len(token), False)]
    assert technical_spans(f"the {token} is") == (random if is_random else [])


def test_parts_come_in_order() -> None:
    starts = [start for start, _, _ in technical_spans("v1.2 of ab.py at www.a, B455")]
    assert starts == sorted(starts)
    assert len(starts) == 4
