"""Lexicon files: what is read, and what is refused and how."""

from __future__ import annotations

from pathlib import Path

import pytest

from moderator.errors import LexiconError
from moderator.lexicon import Matcher, load_lexicon
from moderator.lexicon.entries.inflect import forms
from moderator.lexicon.entries.lint import lint
from moderator.lexicon.entries.syntax import MAX_SPELLINGS, NotationError, expand, parse

GROUP = '[[terms]]\ncategory = "insult"\nseverity = 2\n'


def lexicon(folder: Path, body: str, name: str = "x.toml") -> Path:
    file = folder / name
    file.write_text(f'language = "en"\n{body}', encoding="utf-8")
    return file


@pytest.mark.parametrize(
    ("notation", "spellings"),
    [
        ("fuck", ("fuck",)),
        ("[f|ph]u[ck|k]", ("fuck", "fuk", "phuck", "phuk")),
        ("fa[g]got", ("faggot", "fagot")),
        ("blow job", ("blow job",)),
        ("the_mf[ er|]", ("the_mf er", "the_mf")),
        ("ba[|r]", ("ba", "bar")),
    ],
)
def test_notation(notation: str, spellings: tuple[str, ...]) -> None:
    assert expand(notation) == spellings


def test_the_largest_number_of_spellings_is_allowed_and_one_more_is_not() -> None:
    ten, six = "[a|b|c|d|e|f|g|h|i|j]", "[a|b|c|d|e|f]"
    assert len(expand(ten + ten + six)) == MAX_SPELLINGS
    with pytest.raises(NotationError, match="700 spellings; the limit is 600"):
        expand(ten + ten + "[a|b|c|d|e|f|g]")


def test_a_name_comes_before_a_colon() -> None:
    assert parse("shit: sh[i|y]t") == ("shit", ("shit", "shyt"))
    assert parse("sh[i|y]t") == ("shit", ("shit", "shyt"))


@pytest.mark.parametrize("wrong", ["a]b", "a|b", "[a|b", "a[b[c]]", "[]", "[a|b|]" * 9])
def test_wrong_notation_is_refused(wrong: str) -> None:
    with pytest.raises(NotationError):
        expand(wrong)


@pytest.mark.parametrize(
    ("word", "kind", "some"),
    [
        ("fuck", "verb", {"fucks", "fucked", "fucking", "fuckin", "fucker", "fuckers"}),
        ("rape", "verb", {"rapes", "raped", "raping", "raper"}),
        ("shag", "verb", {"shagged", "shagging", "shags"}),
        ("pussy", "noun", {"pussies", "pussy's"}),
        ("bitch", "noun", {"bitches"}),
        ("crappy", "adjective", {"crappier", "crappiest"}),
        ("damn", "none", {"damn"}),
    ],
)
def test_inflections_follow_rules(word: str, kind: str, some: set[str]) -> None:
    assert some <= set(forms(word, kind))
    assert forms(word, kind)[0] == word


@pytest.mark.parametrize(
    ("word", "kind", "all_forms"),
    [
        ("slut", "none", "slut"),
        ("slut", "noun", "slut sluts slutz slut's sluts'"),
        ("fuck", "verb", "fuck fucks fuckz fuck's fucks' fucked fucking fuckin fuckin' fuckings "
         "fucker fuckers fucker's fuckerz fucka fuckas fuckaz fuckah fuckable"),
        ("crappy", "adjective", "crappy crappier crappiest crappily crappiness"),
        ("dumb", "adjective", "dumb dumber dumbest dumbly dumbness"),
    ],
)  # fmt: skip
def test_all_inflections_of_a_word(word: str, kind: str, all_forms: str) -> None:
    assert forms(word, kind) == tuple(all_forms.split())


@pytest.mark.parametrize(
    ("body", "message"),
    [
        (GROUP + 'entries = ["blat"]\n' + GROUP + 'entries = ["blot: blat"]', "already listed"),
        (GROUP + 'entries = ["a"]', "too short"),
        (GROUP + 'within = "anywhere"\nentries = ["abc"]', "too short"),
        (GROUP + 'entries = ["bla[t"]', "never closed"),
        (GROUP + 'entries = [""]', "empty spelling"),
        (GROUP + 'entries = ["\u200b\u2060"]', "nothing of it can be seen"),
        (GROUP + 'entries = ["blat", "\u3164"]', "nothing of it can be seen"),
        (GROUP + 'entries = ["blat"]\n[[allow]]\nentries = ["\u00ad"]', "nothing of it can be"),
        (GROUP.replace("insult", "rude") + 'entries = ["blat"]', "category = 'rude'"),
        (GROUP.replace("2", "5") + 'entries = ["blat"]', "severity = 5"),
        (GROUP + 'forms = "plural"\nentries = ["blat"]', "forms = 'plural'"),
        (GROUP + "entires = []", "entires"),
        (GROUP + "entires = []", "; entries, category, severity, forms, within, aimed;"),
        ("[[entry]]", "keys of file; terms; allow: language, terms, allow"),
        (GROUP + 'entries = ["blat"]\n[[allow]]\nentries = ["harmless"]', "allows nothing"),
        ("[[terms]", "cannot be read"),
    ],
)
def test_a_faulty_file_is_refused_with_its_place(tmp_path: Path, body: str, message: str) -> None:
    file = lexicon(tmp_path, body)
    with pytest.raises(LexiconError) as refused:
        load_lexicon([file])
    assert message in str(refused.value)
    assert str(file) in str(refused.value)


def test_every_fault_is_reported_with_its_line(tmp_path: Path) -> None:
    file = lexicon(tmp_path, GROUP + 'entries = [\n  "blat",\n  "x",\n  "bla[t",\n]')
    assert [fault.where for fault in lint([file])] == [f"{file}:7", f"{file}:8"]


def test_no_file_and_no_folder_is_refused(tmp_path: Path) -> None:
    with pytest.raises(LexiconError, match="no lexicon"):
        load_lexicon([tmp_path])
    with pytest.raises(LexiconError, match="cannot be read"):
        load_lexicon([tmp_path / "none.toml"])


def test_languages_stand_side_by_side(tmp_path: Path) -> None:
    lexicon(tmp_path, GROUP + 'entries = ["blat"]', "a.toml")
    other = lexicon(tmp_path, GROUP + 'entries = ["blat", "grob"]', "b.toml")
    other.write_text(other.read_text(encoding="utf-8").replace('"en"', '"xx"'), encoding="utf-8")
    loaded = load_lexicon([tmp_path])
    assert [term.language for term in loaded.terms] == ["en", "xx", "xx"]
    assert [match.term for match in Matcher(loaded).find("a blat and a grob")] == ["blat", "grob"]


def test_the_version_changes_with_the_content(tmp_path: Path) -> None:
    one = load_lexicon([lexicon(tmp_path, GROUP + 'entries = ["blat"]')]).version
    other = load_lexicon([lexicon(tmp_path, GROUP + 'entries = ["blot"]')]).version
    assert one != other


def test_terms_count_in_texts_of_their_language(tmp_path: Path) -> None:
    english = 'everywhere = ["frell"]\n' + GROUP + 'entries = ["slart", "frell", "blorg"]\n'
    lexicon(tmp_path, english, "en.toml")
    swedish = f'language = "sv"\n{GROUP}entries = ["skrutt", "blorg"]\n'
    (tmp_path / "sv.toml").write_text(swedish, encoding="utf-8")
    matcher = Matcher(load_lexicon([tmp_path]))

    def found(language: str | None) -> list[str]:
        return [match.term for match in matcher.find("slart frell blorg skrutt", language)]

    assert found(None) == ["slart", "frell", "blorg", "skrutt"]
    assert found("en") == ["slart", "frell", "blorg"]
    assert found("sv") == ["frell", "blorg", "skrutt"]
    assert found("fi") == ["frell"]


def test_a_name_that_is_everywhere_must_be_a_term(tmp_path: Path) -> None:
    lexicon(tmp_path, 'everywhere = ["slart"]\n' + GROUP + 'entries = ["frell"]\n')
    with pytest.raises(LexiconError, match=r"x.toml:2: everywhere: no term 'slart'"):
        load_lexicon([tmp_path])


@pytest.mark.parametrize(
    ("entry", "message"),
    [
        ("tryhard*", "taken literally"),
        (r"blat\\b", "taken literally"),
        ("gnat: blot", "name it so"),
    ],
)
def test_a_doubtful_entry_is_a_warning(tmp_path: Path, entry: str, message: str) -> None:
    (fault,) = lint([lexicon(tmp_path, GROUP + f'entries = ["{entry}"]')])
    assert fault.warning
    assert message in fault.message
