"""What a disguised text may say, reading by reading, and where its letters came from."""

from __future__ import annotations

import pytest

from moderator.lexicon.obfuscation.candidates import Candidate, candidates


def readings(text: str, *, loose: bool = False) -> list[str]:
    """What each candidate says, without the padding of one space on each side."""
    return [c.squeezed[1:-1].decode() for c in candidates(text.encode()) if c.loose is loose]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Hello", ["helo"]),
        ("$h1t!", ["shit ", "shlt "]),
        ("b!tch, no!", ["bitch no ", "bltch no "]),
        ("f*ck", ["f ck", "fuck", "f*ck"]),
        ("f.u.c.k", ["fuck", "f u c k"]),
        ("f u c k", ["f u c k", "fuck"]),
        ("f\nk", ["f k", "fk"]),
        ("c1ty 8 9 I", ["city b g i", "city bgi", "clty a q l"]),
        ("x+y(z", ["xyz", "x y z", "xtyz", "xty z", "xtycz", "x*y z"]),
        ("ab.c.", ["abc", "ab c "]),
        ("it's", ["its", "it s"]),
        ("fü1", ["füi", "fül"]),
        ("2 be|x", ["z beix", "r belx", "2 be*x"]),
    ],
)
def test_each_symbol_is_read_in_each_likely_way(text: str, expected: list[str]) -> None:
    assert list(dict.fromkeys(readings(text))) == expected


@pytest.mark.parametrize(
    ("drawn", "letter"),
    [("|_|", "u"), ("(_)", "u"), ("|-|", "h"), ("|\\|", "n"), ("/\\", "a"),
     ("()", "o"), ("[]", "o"), ("|<", "k"), ("|)", "d"), ("\\/\\/", "w"), ("}{", "h"), ("<<", "c")],
)  # fmt: skip
def test_symbols_that_draw_a_letter(drawn: str, letter: str) -> None:
    assert readings(f"x{drawn}y")[0] == f"x{letter}y"


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("f--k", "f*k"),
        ("f---k", "f*k"),
        ("f__k", "f*k"),
        ("f..k", "f*k"),
        ("f''k", "f*k"),
        ("f*-k", "f*k"),
        ("P.S. f*", "p s f*"),
        ("-f*k-", " f*k "),
        ("!f*k?!", " f*k "),
        ("f*k * f", "f*k * f"),
        ("f*k, (f^k)", "f*k f*k "),
        ("f+k=f", "f*k*f"),
    ],
)
def test_a_mask_stands_inside_words(text: str, expected: str) -> None:
    assert readings(text)[-1] == expected


def test_nothing_is_masked_without_a_mask() -> None:
    assert readings("a b, c; 1d")[-1] == "a b c ld"


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("fu ck it", ["fuckit"]),
        ("fu cks it", []),
        ("f uck", []),
        ("fu c k, and so", ["fuck and so"]),
        ("fu  ck", []),  # with nothing between them they are not next to each other
        ("f\u00fc ck", []),  # pieces are measured in bytes
    ],
)
def test_pieces_of_two_letters_are_joined_as_a_last_resort(text: str, expected: list[str]) -> None:
    assert readings(text, loose=True) == expected


@pytest.mark.parametrize("size", [0, 511, 600])
def test_runs_are_located_in_texts_of_any_length(size: int) -> None:
    read = b"a" * size + b"bb\0b cc" + b"d"
    candidate = Candidate(read)
    assert candidate.squeezed == (b" ab cd " if size else b" b cd ")
    letters, first, ends = ([int(n) for n in array] for array in candidate.locate())
    expected = [(3, size, size + 4), (1, size + 4, size + 5), (2, size + 5, size + 7)]
    expected += [(1, size + 7, size + 8)]
    found = list(zip(letters, first, ends, strict=True))
    assert found == ([(size, 0, size), *expected] if size else expected)
    assert not candidate.loose
