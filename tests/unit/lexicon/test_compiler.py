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


def test_a_term_is_a_word_and_with_another_boundary_also_a_piece_of_one() -> None:
    word = Pattern(Kind.WHOLE, 1, False)
    piece = Pattern(Kind.PIECE, 1, False)
    for boundary, found in (
        ("word", {" grob ": word}),
        ("compound", {" grob ": word, "grob": piece}),
        ("start", {" grob ": word, "grob": piece}),
    ):
        lexicon = compiled(term("slart"), term("grob", boundary=boundary))
        assert patterns(lexicon, " a grob b ") == found
    phrase = compiled(term("gr ob", boundary="start"))
    assert set(patterns(phrase, " gr ob grob ")) == {" gr ob ", " grob ", "grob"}


@pytest.mark.parametrize(
    ("entry", "is_piece"),
    [
        (term("slart", severity=1), False),
        (term("slart", severity=2), True),
        (term("grob", severity=2), False),
        (term("grob", severity=3), True),
        (term("gro", severity=4), False),
        (term("slart", severity=4, language="de"), False),
        (term("slárt", severity=4), False),
        (term("slart5", severity=4), False),
        (term("gro", severity=2, boundary="compound"), True),
    ],
)
def test_a_grave_english_term_may_be_glued_to_common_words(entry: Term, is_piece: bool) -> None:
    lexicon = compiled(entry)
    assert (entry.id in patterns(lexicon, f" {entry.id} ")) is is_piece
    is_glued = bool(lexicon.compounds.judge(f"stupid{entry.id}"))
    assert is_glued is (is_piece and len(entry.id) > 3)  # shorter ones are not looked for


def test_a_form_of_two_terms_is_the_first_ones() -> None:
    lexicon = compiled(term("grob", boundary="start"), term("grobs", "grob", boundary="start"))
    assert {p.term for p in patterns(lexicon, " grob ").values()} == {0}
    (hit,) = lexicon.compounds.judge("grobulous")
    assert hit.term == 0


def test_allowed_words_come_before_terms_and_may_go_on() -> None:
    allowlist = [allowed("grob", forms="noun"), allowed("slar", prefix=True)]
    lexicon = compiled(term("grob"), term("slart"), allowlist=allowlist)
    innocent = Pattern(Kind.WHOLE, ALLOWLISTED, False)
    assert patterns(lexicon, " grob grobs ") == {" grob ": innocent, " grobs ": innocent}
    assert patterns(lexicon, " slart ")[" slar"] == innocent
    assert patterns(lexicon, " slart ")[" slart "] == Pattern(Kind.WHOLE, 1, False)


def test_innocent_words_and_beginnings_hold_no_piece() -> None:
    entry = term("grob", boundary="anywhere")
    lexicon = compiled(entry, allowlist=[allowed("agrobat"), allowed("zgrob", prefix=True)])
    assert lexicon.compounds.judge("agrobat") == lexicon.compounds.judge("zgrobby") == ()
    assert lexicon.compounds.judge("agrobats") != ()


@pytest.mark.parametrize(
    ("boundary", "found"),
    [
        ("compound", {"grobhat"}),
        ("start", {"grobhat", "grobxyzzy"}),
        ("anywhere", {"grobhat", "grobxyzzy", "xyzzygrob"}),
    ],
)
def test_a_boundary_says_which_words_a_term_may_be_in(boundary: str, found: set[str]) -> None:
    terms = term("slart"), term("gr ob", boundary=boundary)
    lexicon = compiled(*terms, parts=frozenset({"hat"}))
    words = ("grobhat", "grobxyzzy", "xyzzygrob")
    assert {word for word in words if lexicon.compounds.judge(word)} == found


def test_a_root_is_joined_as_it_is_spelled_and_inflected_at_the_end_only() -> None:
    entry = term("the_grob", boundary="compound", forms="noun")
    lexicon = compiled(entry, parts=frozenset({"hat"}))
    words = ("thegrobhat", "hatthegrobs", "thegrobshat")
    assert [bool(lexicon.compounds.judge(word)) for word in words] == [True, True, False]


@pytest.mark.parametrize(
    ("severity", "category", "is_hidden"),
    [(1, "insult", False), (2, "insult", True), (1, "extremism", True)],
)
def test_disguises_are_of_terms_worth_hiding(severity: int, category: str, is_hidden: bool) -> None:
    lexicon = compiled(term("slart"), term("grobnik", severity=severity, category=category))
    found = patterns(lexicon, " grobnnik ")
    assert found == ({" grobnnik ": Pattern(Kind.WHOLE, 1, True)} if is_hidden else {})


def test_a_disguise_is_no_listed_or_real_word() -> None:
    grob = term("grobnik", severity=2)
    assert patterns(compiled(grob, words=frozenset({"grobnnik"})), " grobnnik ") == {}
    assert patterns(compiled(term("hosue", severity=2)), " house ") == {}


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
def test_letters_repeated_beyond_spelling_are_a_trigger(view: str, triggers: set[str]) -> None:
    found = patterns(compiled(term("grob")), view)
    assert set(found) == triggers
    assert set(found.values()) <= {Pattern(Kind.TRIGGER, ALLOWLISTED, False)}


@pytest.mark.parametrize(
    ("spelling", "is_drawn"),
    [("🖕", True), ("_|_", True), ("8=d", True), ("grob", False), ("5 grobs", False)],
)
def test_what_is_drawn_is_a_symbol(spelling: str, is_drawn: bool) -> None:
    assert is_symbol(spelling) is is_drawn


def test_symbols_are_found_by_an_automaton_of_their_own() -> None:
    lexicon = compiled(term("grob", "8=d"), term("🖕", "🖕🏿"))
    assert lexicon.symbols is not None
    found = lexicon.symbols.find_matches_as_indexes("8=d 🖕".encode())
    assert [lexicon.symbol_terms[pattern] for pattern, _, _ in found] == [0, 1]
    assert patterns(lexicon, " 🖕 ") == {}
    assert compiled(term("grob")).symbols is None


def test_terms_that_count_inside_words_are_known_by_number() -> None:
    lexicon = compiled(*(term(f"grob{b}", boundary=b) for b in ("word", "start", "anywhere")))
    assert lexicon.inside_words == {ALLOWLISTED, 1, 2}


def test_squeezed_patterns_go_with_their_shapes() -> None:
    lexicon = compiled(term("grobb"), term("slart"))
    ((pattern, _, _),) = lexicon.squeezed.find_matches_as_indexes(b" grob ")
    assert lexicon.shapes[pattern] == (((1, 1, 1, 2), 0),)
