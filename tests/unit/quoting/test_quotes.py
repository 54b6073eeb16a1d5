"""What counts as quoted, and above all what does not."""

from __future__ import annotations

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from moderator.quoting.document import Document
from moderator.quoting.quotes import detect, lower_case, quotes


def quoted(text: str) -> list[str]:
    return [text[start:end] for start, end in quotes(text)]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("> one\nmine", ["> one\n"]),
        ("mine\n> one\n> two\nmine", ["> one\n> two\n"]),
        ("  > indented\nmine", ["  > indented\n"]),
        ("On Monday, Ann wrote:\n> hers\nmine", ["> hers\n"]),
        ("On Monday, Ann wrote:\nhers\nalso hers\n\nmine", ["hers\nalso hers\n"]),
        ("mine\n-----Original Message-----\nhers\n\nhers too", ["hers\n\nhers too"]),
        ("[quote]his[/quote] mine", ["[quote]his[/quote]"]),
        ("[QUOTE=bob]his[/QUOTE] mine", ["[QUOTE=bob]his[/QUOTE]"]),
        ("[quote]a[quote]b[/quote]c[/quote] d", ["[quote]a[quote]b[/quote]c[/quote]"]),
        ("<blockquote cite=x>his</blockquote>mine", ["<blockquote cite=x>his</blockquote>"]),
        ("so <q>his</q> is mine", ["<q>his</q>"]),
        ('He said "go away" to me', ['"go away"']),
        ('He said, "go away"', ['"go away"']),
        ('he said "*go away*" to us', ['"*go away*"']),
        ("she yelled “go away” at us", ["“go away”"]),
        ('They called me a "fool" twice', ['"fool"']),
        ("I was called a fool, again", [" fool"]),
        ("he called me a stupid old fool because", [" stupid old fool"]),
        ("he called me a fool because", [" fool"]),
        ("some guy just called her an idiot.", [" idiot"]),
        ("he called me a fool you fool", [" fool"]),
        ("he calls people fools", [" fools"]),
        ("Stop calling people fools.", [" fools"]),
        ("please don't call me a fool", [" fool"]),
        ("you should not call anyone a fool", [" fool"]),
        ("I have never called him a fool", [" fool"]),
        ("Calling someone a fool is rude", [" fool"]),
        ("the word fool is rude", [" fool"]),
        ("SHE CALLED ME A FOOL, TWICE", [" FOOL"]),
        ("DON'T CALL PEOPLE FOOLS.", [" FOOLS"]),
        ("Call people fools? NEVER CALL PEOPLE FOOLS.", [" FOOLS"]),
        ("the (word fool", [" fool"]),
        ("ON MONDAY, ANN WROTE:\nhers\n\nmine", ["hers\n"]),
        ('do not use that word "fool" here', ['"fool"']),
    ],
)
def test_words_of_others(text: str, expected: list[str]) -> None:
    assert quoted(text) == expected
    assert Document.of(text).quotes == quotes(text)


@pytest.mark.parametrize(
    "text",
    [
        "a > b is not a quote",
        "[quote] never closed, so all mine",
        "<blockquote> never closed either",
        "<quark>mine</quark>",
        "</blockquote> closed before it opened",
        'I said "go away" to him',
        'I called him a "fool"',
        "I called him a fool",
        "we call them fools",
        "I am not calling him a fool, but",
        "don't call me fool",
        "stop calling me, fool",
        "calling him a fool insults fools",
        "calling all fools",
        "I have no word for fools",
        "a word fools like",
        "the swordfool",
        'the "so-called" expert',
        'an opening " alone',
        "call me a taxi",
        "On Monday I wrote nothing",
        "On Mondays we learn by rote:\nall of it",
        "She said she doesn't like the dogs' owner",
        "He said go away",
    ],
)
def test_words_of_the_author(text: str) -> None:
    assert quoted(text) == []


def test_a_document_keeps_only_the_authors_words() -> None:
    document = Document.of("> hers\nmine [quote]his[/quote]too")
    assert document.unquoted_text == "mine too"
    assert document.quotes == ((0, 7), (12, 30))


@pytest.mark.parametrize(
    "text",
    [
        "> hers",
        "> be me\n>be you\n",
        "[quote]his[/quote] .\n\u200b-",
        "On Monday, Ann wrote:\nhers",
        "-----Original Message-----\nhers",
    ],
)
def test_who_only_quotes_says_what_is_quoted(text: str) -> None:
    document = Document.of(text)
    assert (document.quotes, document.unquoted_text) == (quotes(text), text)
    assert quotes(text)


@pytest.mark.parametrize("answer", ["no", "5", "🙄", "нет"])
def test_any_answer_makes_it_a_quote(answer: str) -> None:
    assert Document.of(f"> hers\n{answer}").unquoted_text == answer


PHRASES = st.lists(
    st.one_of(
        st.text(alphabet='ab >"“”[]quote/\n<>callmed', max_size=9),
        st.sampled_from(
            ["SHE CALLED ME A ", "Don't Call people ", "the WORD ", "(term fool", "On x wrote:\n",
             "ſ", "-----ORIGINAL MESSAGE-----\n",
             "He Said „", "«", "[QUOTE]", "[/quote]", "İ", "slur "]
        ),
    ),
    max_size=12,
).map("".join)  # fmt: skip


@given(PHRASES)
def test_lower_case_keeps_the_length(text: str) -> None:
    assert len(lower_case(text)) == len(text)
    assert lower_case("SHE CALLED İt") == "she called İt"


@given(PHRASES)
def test_the_fast_path_hides_no_quote(text: str) -> None:
    assert quotes(text) == detect(text, lower_case(text))
    assert Document.of(text).quotes == quotes(text)


@given(PHRASES)
def test_spans_are_sorted_apart_and_inside(text: str) -> None:
    spans = quotes(text)
    assert all(0 <= start < end <= len(text) for start, end in spans)
    assert all(one[1] < other[0] for one, other in pairwise(spans))


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Somebody painted 'fool' on my car.", ["'fool'"]),
        ("User123 posted 'go away', please remove it.", ["'go away'"]),
        ("'fool' is a slur", ["'fool'"]),
        ("Why 'fool' is a slur.", ["'fool'"]),
        ('Why is "fool" offensive?', ['"fool"']),
        ('They call you "fool" for a reason.', []),
        ("She said ‘go away’ to us", ["‘go away’"]),
        ("don't say it's 'fine'", []),
        ("I posted 'go away'", []),
        ("We posted 'go away'", []),
        ("The word fool suits you perfectly.", []),
        ("The word fool was made for you.", []),
        ("You know the word fool? That's you.", []),
        ('Everyone says "you are a fool" and I agree', []),
        ("They said 'he is a fool' and they were right", []),
        ("The teacher quoted 'go away' from the letter", ["'go away'"]),
        ('he said "fool" and it fits', []),
    ],
)
def test_single_quotes_count_and_what_is_turned_on_someone_does_not(
    text: str, expected: list[str]
) -> None:
    assert quoted(text) == expected
