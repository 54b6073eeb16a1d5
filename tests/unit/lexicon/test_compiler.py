"""What the compiled automata hold, with a few made-up terms."""

from __future__ import annotations

from collections.abc import Sequence

import pytest

from moderator.lexicon.compiler import CompiledLexicon, Kind, Pattern, compile_lexicon, is_symbol
from moderator.lexicon.entries.dataset import Allowed, Lexicon, Term
from moderator.lexicon.finding import ALLOWLISTED

NOTHING: frozenset[str] = frozenset()


def term(
    *spellings: str,
    boundary: str = "word",
    severity: int = 1,
    forms: str = "none",
    language: str = "en",
    category: str = "insult",
) -> Term:
    return Term(spellings[0], category, severity, spellings, forms, boundary, language, "x.toml:1")


def allowed(spelling: str, *, prefix: bool = False, forms: str = "none") -> Allowed:
    return Allowed((spelling,), forms, prefix, "x.toml:2")


def compiled(
    *terms: Term,
    allowlist: Sequence[Allowed] = (),
    words: frozenset[str] = NOTHING,
    parts: frozenset[str] = NOTHING,
) -> CompiledLexicon:
    return compile_lexicon(Lexicon(terms, tuple(allowlist), parts, words, NOTHING, NOTHING, "v"))


def patterns(lexicon: CompiledLexicon, view: str) -> dict[str, Pattern]:
    """What the automaton over plain text finds in a view, padding included."""
    raw = view.encode()
    return {
        raw[start:end].decode(): lexicon.patterns[pattern]
        for pattern, start, end in lexicon.plain.find_matches_as_indexes(raw, overlapping=True)
    }


@pytest.fixture(scope="module")
def plain() -> CompiledLexicon:
    """A mild term of each boundary, from the second on."""
    boundaries = ("word", "compound", "start", "anywhere")
    terms = [term(f"grob{boundary}", boundary=boundary) for boundary in boundaries]
    return compiled(
        term("slart"), *terms, term("fl ob", boundary="start"), parts=frozenset({"hat"})
    )


def test_a_term_is_a_word_and_with_another_boundary_also_a_piece_of_one(
    plain: CompiledLexicon,
) -> None:
    assert patterns(plain, " a grobword b ") == {" grobword ": Pattern(Kind.WHOLE, 1, False)}
    for number, boundary in enumerate(("compound", "start", "anywhere"), 2):
        assert patterns(plain, f" a grob{boundary} b ") == {
            f" grob{boundary} ": Pattern(Kind.WHOLE, number, False),
            f"grob{boundary}": Pattern(Kind.PIECE, number, False),
        }
    assert set(patterns(plain, " fl ob flob ")) == {" fl ob ", " flob ", "flob"}


@pytest.fixture(scope="module")
def glued() -> CompiledLexicon:
    return compiled(
        term("slarta", severity=1), term("slartb", severity=2), term("grob", severity=2),
        term("frel", severity=3), term("gro", severity=4),
        term("slartc", severity=4, language="de"), term("slárt", severity=4),
        term("slart5", severity=4), term("fro", severity=2, boundary="compound"),
    )  # fmt: skip


@pytest.mark.parametrize(
    ("spelling", "is_piece"),
    [
        ("slarta", False), ("slartb", True), ("grob", False), ("frel", True), ("gro", False),
        ("slartc", False), ("slárt", False), ("slart5", False), ("fro", True),
    ],
)  # fmt: skip
def test_a_grave_english_term_may_be_glued_to_common_words(
    glued: CompiledLexicon, spelling: str, is_piece: bool
) -> None:
    assert (spelling in patterns(glued, f" {spelling} ")) is is_piece
    is_glued = bool(glued.compounds.judge(f"stupid{spelling}"))
    assert is_glued is (is_piece and len(spelling) > 3)  # shorter ones are not looked for


def test_a_form_of_two_terms_is_the_first_ones() -> None:
    lexicon = compiled(term("grob", boundary="start"), term("grobs", "grob", boundary="start"))
    assert {p.term for p in patterns(lexicon, " grob ").values()} == {0}
    (hit,) = lexicon.compounds.judge("grobulous")
    assert hit.term == 0


def test_allowed_words_come_before_terms_and_may_go_on() -> None:
    allowlist = [
        allowed("grob", forms="noun"), allowed("slar", prefix=True), allowed("aflobat"),
        allowed("zflob", prefix=True),
    ]  # fmt: skip
    terms = term("grob"), term("slart"), term("flob", boundary="anywhere")
    lexicon = compiled(*terms, allowlist=allowlist)
    innocent = Pattern(Kind.WHOLE, ALLOWLISTED, False)
    assert patterns(lexicon, " grob grobs ") == {" grob ": innocent, " grobs ": innocent}
    assert patterns(lexicon, " slart ")[" slar"] == innocent
    assert patterns(lexicon, " slart ")[" slart "] == Pattern(Kind.WHOLE, 1, False)
    assert lexicon.compounds.judge("aflobat") == lexicon.compounds.judge("zflobby") == ()
    assert lexicon.compounds.judge("aflobats") != ()


@pytest.mark.parametrize(
    ("boundary", "found"),
    [
        ("word", [False, False, False]),
        ("compound", [True, False, False]),
        ("start", [True, True, False]),
        ("anywhere", [True, True, True]),
    ],
)
def test_a_boundary_says_which_words_a_term_may_be_in(
    plain: CompiledLexicon, boundary: str, found: list[bool]
) -> None:
    words = (f"grob{boundary}hat", f"grob{boundary}xyzzy", f"xyzzygrob{boundary}")
    assert [bool(plain.compounds.judge(word)) for word in words] == found


def test_a_root_is_joined_as_it_is_spelled_and_inflected_at_the_end_only() -> None:
    entry = term("the_grob", boundary="compound", forms="noun")
    lexicon = compiled(entry, parts=frozenset({"hat"}))
    words = ("thegrobhat", "hatthegrobs", "thegrobshat")
    assert [bool(lexicon.compounds.judge(word)) for word in words] == [True, True, False]


def test_disguises_are_of_terms_worth_hiding_and_no_listed_or_real_words() -> None:
    mild, grave = term("flobnik"), term("grobnik", severity=2)
    hated = term("frelnik", category="extremism")
    lexicon = compiled(mild, grave, hated, term("hosue", severity=2), words=frozenset({"grobniik"}))
    assert patterns(lexicon, " flobnnik ") == {}
    assert patterns(lexicon, " grobnnik ") == {" grobnnik ": Pattern(Kind.WHOLE, 1, True)}
    assert patterns(lexicon, " frelnnik ") == {" frelnnik ": Pattern(Kind.WHOLE, 2, True)}
    assert patterns(lexicon, " grobniik ") == patterns(lexicon, " house ") == {}


def test_what_common_words_may_be_misspelt_to_is_no_disguise_unless_all_of_them_are_terms() -> None:
    lexicon = compiled(term("wanker", severity=2), term("bastard", severity=2))
    assert patterns(lexicon, " waner ") == {}  # or warner
    assert patterns(lexicon, " batard ") == {" batard ": Pattern(Kind.WHOLE, 1, True)}
    all_of_them = compiled(term("wanker", severity=2), term("warner"))
    assert patterns(all_of_them, " waner ") == {" waner ": Pattern(Kind.WHOLE, 0, True)}


@pytest.mark.parametrize(
    ("view", "triggers"),
    [
        (" heello ", set()), (" wiiide ", {"iii"}), (" zzz ", {"zzz"}), (" www ", set()),
        (" www.x ", set()), (" wwwa ", {"wwwa"}), (" faagoo ", set()), (" ffaagg ", {"ffaagg"}),
        (" 111 ", set()),
    ],
)  # fmt: skip
def test_letters_repeated_beyond_spelling_are_a_trigger(
    plain: CompiledLexicon, view: str, triggers: set[str]
) -> None:
    found = patterns(plain, view)
    assert set(found) == triggers
    assert set(found.values()) <= {Pattern(Kind.TRIGGER, ALLOWLISTED, False)}


@pytest.mark.parametrize(
    ("spelling", "is_drawn"),
    [("🖕", True), ("_|_", True), ("8=d", True), ("grob", False), ("5 grobs", False)],
)
def test_what_is_drawn_is_a_symbol(spelling: str, is_drawn: bool) -> None:
    assert is_symbol(spelling) is is_drawn


def test_symbols_are_found_by_an_automaton_of_their_own(plain: CompiledLexicon) -> None:
    lexicon = compiled(term("grob", "8=d"), term("🖕", "🖕🏿"))
    assert lexicon.symbols is not None
    found = lexicon.symbols.find_matches_as_indexes("8=d 🖕".encode())
    assert [lexicon.symbol_terms[pattern] for pattern, _, _ in found] == [0, 1]
    assert patterns(lexicon, " 🖕 ") == {}
    assert plain.symbols is None


def test_terms_that_count_inside_words_are_known_by_number(plain: CompiledLexicon) -> None:
    assert plain.inside_words == {ALLOWLISTED, 3, 4, 5}


def test_squeezed_patterns_go_with_their_shapes() -> None:
    lexicon = compiled(term("grobb"), term("slart"))
    ((pattern, _, _),) = lexicon.squeezed.find_matches_as_indexes(b" grob ")
    assert lexicon.shapes[pattern] == (((1, 1, 1, 2), 0),)
