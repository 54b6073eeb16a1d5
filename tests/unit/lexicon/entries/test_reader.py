"""What the reader makes of entries, one by one, and what it says of those that are faulty."""

from __future__ import annotations

from pathlib import Path

import pytest

from moderator.errors import LexiconError
from moderator.lexicon.entries.dataset import Fault, Lexicon
from moderator.lexicon.entries.reader import Group, added, read

GROUP = '[[terms]]\ncategory = "insult"\nseverity = 2\n'


def file(folder: Path, body: str, name: str = "x.toml", language: str = "en") -> Path:
    path = folder / name
    path.write_text(f'language = "{language}"\n{body}', encoding="utf-8")
    return path


def said(faults: list[Fault]) -> list[str]:
    return [fault.message for fault in faults]


def ids(lexicon: Lexicon) -> list[tuple[str, str]]:
    return [(term.language, term.id) for term in lexicon.terms]


def test_an_own_entry_replaces_shipped_ones_of_its_name_or_spelling_in_its_language(
    tmp_path: Path,
) -> None:
    own = file(tmp_path, GROUP + 'entries = ["blat", "slart: slort"]', "own.toml")
    shipped = [
        file(tmp_path, GROUP + 'entries = ["blat: blot", "grob: slo rt", "frell"]', "a.toml"),
        file(tmp_path, GROUP + 'entries = ["blat"]', "b.toml", language="de"),
    ]
    lexicon, faults = read([own], shipped)
    assert ids(lexicon) == [("en", "blat"), ("en", "slart"), ("en", "frell"), ("de", "blat")]
    assert said(faults) == [
        "your own file has 'blat' too, so this entry of the shipped lexicon is left out",
        "your own file lists 'slo rt' as 'slart', so this entry of the shipped lexicon is left out",
    ]
    assert all(fault.warning for fault in faults)
    assert [fault.where for fault in faults] == [f"{shipped[0]}:5"] * 2


def test_a_replaced_name_is_reported_once(tmp_path: Path) -> None:
    own = file(tmp_path, GROUP + 'entries = ["blat"]', "own.toml")
    shipped = file(tmp_path, GROUP + 'entries = ["blat: blot", "blat: blet"]', "a.toml")
    lexicon, faults = read([own], [shipped])
    assert ids(lexicon) == [("en", "blat")]
    assert len(faults) == 1


def test_among_shipped_files_alone_nothing_is_replaced(tmp_path: Path) -> None:
    shipped = file(tmp_path, GROUP + 'entries = ["blat", "blat: blot"]', "a.toml")
    lexicon, faults = read([], [shipped])
    assert [term.spellings for term in lexicon.terms] == [("blat",), ("blot",)]
    assert faults == []


def test_a_shipped_file_that_is_given_as_an_own_one_is_read_once(tmp_path: Path) -> None:
    path = file(tmp_path, GROUP + 'entries = ["blat"]')
    lexicon, faults = read([path], [tmp_path])
    assert ids(lexicon) == [("en", "blat")]
    assert faults == []


def test_it_is_read_once_also_if_its_path_is_written_in_another_way(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    file(tmp_path, GROUP + 'entries = ["blat"]')
    monkeypatch.chdir(tmp_path)
    lexicon, faults = read([Path("x.toml")], [tmp_path])
    assert ids(lexicon) == [("en", "blat")]
    assert faults == []


def test_a_folder_gives_its_toml_files_in_order(tmp_path: Path) -> None:
    file(tmp_path, GROUP + 'entries = ["slart"]', "b.toml")
    file(tmp_path, GROUP + 'entries = ["blat"]', "a.toml")
    file(tmp_path, GROUP + 'entries = ["frell"]', "c.txt")
    assert ids(read([tmp_path])[0]) == [("en", "blat"), ("en", "slart")]
    with pytest.raises(LexiconError, match="no lexicon"):
        read([], [])


def test_a_file_that_cannot_be_read_is_a_fault_with_its_reason(tmp_path: Path) -> None:
    (fault,) = read([tmp_path / "none.toml"])[1]
    assert fault.message == "cannot be read: No such file or directory"
    broken = file(tmp_path, "= 5")
    (fault,) = read([broken])[1]
    assert fault.message.startswith("cannot be read: Invalid statement (at line 2")


def test_one_name_has_one_meaning_in_a_language(tmp_path: Path) -> None:
    graver = GROUP.replace("2", "3")
    body = GROUP + 'entries = ["blat", "blat: bla t"]\n' + graver + 'entries = ["blat: blot"]'
    path = file(tmp_path, body)
    lexicon, faults = read([path])
    assert [term.spellings for term in lexicon.terms] == [("blat",), ("bla t",)]
    assert said(faults) == [
        f"'blat' is insult of severity 2 in {path}:5; one name can have only one meaning"
    ]
    assert str(faults[0]) == f"{path}:9: {faults[0].message}"
    other = file(tmp_path, graver + 'entries = ["blat"]', "de.toml", language="de")
    assert read([file(tmp_path, GROUP + 'entries = ["blat"]'), other])[1] == []


def test_lines_are_those_of_the_entries_even_of_names_given_before_them(tmp_path: Path) -> None:
    body = 'everywhere = ["gone"]\n' + GROUP + 'entries = [\n"a",\n"blat",\n]\n' + GROUP
    path = file(tmp_path, body + 'entries = [\n"a",\n"b",\n]')
    assert [fault.where for fault in read([path])[1]] == [
        f"{path}:7", f"{path}:14", f"{path}:15", f"{path}:2",
    ]  # fmt: skip


def test_an_entry_of_two_groups_has_the_line_of_each(tmp_path: Path) -> None:
    body = GROUP + 'entries = [\n"a",\n"blat", \'frell\', \n"x"]\n' + GROUP + 'entries = ["a"]'
    faults = read([file(tmp_path, body)])[1]
    assert [fault.where.rpartition(":")[2] for fault in faults] == ["6", "8", "12"]


def test_a_fault_of_a_group_has_the_line_of_its_first_entry(tmp_path: Path) -> None:
    wrong = GROUP.replace("2", "5")
    body = GROUP + 'entries = ["blat"]\n' + wrong + 'entries = [\n"frell",\n"slart"]\n' + wrong
    path = file(tmp_path, body + "entries = []")
    assert [(fault.where, fault.message) for fault in read([path])[1]] == [
        (f"{path}:10", "severity = 5: choose one of 1, 2, 3, 4")
    ] * 2


def test_what_is_known_everywhere_must_be_a_term_of_the_same_language(tmp_path: Path) -> None:
    german = file(tmp_path, GROUP + 'entries = ["frell"]', "a.toml", language="de")
    path = file(tmp_path, 'everywhere = ["frell", "blat"]\n' + GROUP + 'entries = ["blat"]')
    assert said(read([german, path])[1]) == ["everywhere: no term 'frell'"]


def test_allowed_words_have_forms_and_may_go_on(tmp_path: Path) -> None:
    allow = '[[allow]]\nforms = "noun"\nentries = ["blatter", "slart*"]\n'
    plural = '[[allow]]\nforms = "plural"\nentries = ["frell"]\n'
    path = file(tmp_path, GROUP + 'entries = ["blat"]\n' + allow + plural)
    lexicon, faults = read([path])
    assert [(a.spellings, a.forms, a.prefix) for a in lexicon.allowed] == [
        (("blatter",), "noun", False), (("slart",), "noun", True),
    ]  # fmt: skip
    assert said(faults) == ["forms = 'plural' is unknown"]


def test_words_of_all_files_are_put_together(tmp_path: Path) -> None:
    words = 'parts = "a b"\nwords = "c"\nnames = "d"\nhomonyms = "e"\n'
    paths = [file(tmp_path, words), file(tmp_path, 'parts = "f"\nnames = "g"', "y.toml")]
    lexicon, _ = read(paths)
    together = (lexicon.parts, lexicon.words, lexicon.names, lexicon.homonyms)
    assert ["".join(sorted(words)) for words in together] == ["abf", "c", "dg", "e"]
    assert len(lexicon.version) == 12
    assert lexicon.version != read(paths[:1])[0].version != read(paths[::-1])[0].version


@pytest.mark.parametrize(
    ("entry", "is_misnamed"),
    [("gnat: blot", True), ("gnat: blan", True), ("gnat: gob", False), ("gnat: blna", False),
     ("gnat: blat", False), ("gnat: бл", False), ("g: blot", False),
     ("gnat: [blot|gnu]", False), ("gn at: bl4t", False)],
)  # fmt: skip
def test_a_name_is_doubtful_if_it_shares_nothing_with_any_spelling(
    tmp_path: Path, entry: str, is_misnamed: bool
) -> None:
    lexicon, faults = read([file(tmp_path, GROUP + f'entries = ["{entry}"]')])
    assert len(lexicon.terms) == 1
    assert [fault.warning for fault in faults] == [True] * is_misnamed


def test_letters_of_another_script_are_kept_and_latin_ones_are_folded(tmp_path: Path) -> None:
    lexicon, _ = read([file(tmp_path, GROUP + 'entries = ["хуй", "schmück"]', language="ru")])
    assert [term.spellings for term in lexicon.terms] == [("хуй",), ("schmuck",)]


@pytest.mark.parametrize(
    ("entry", "within", "is_too_short"),
    [
        ("a", "word", True),
        ("ab", "word", False),
        ("a b", "compound", True),
        ("abc", "compound", False),
        ("abc", "start", True),
        ("abcd", "start", False),
        ("a*", "compound", False),
    ],
)
def test_a_term_needs_letters_for_its_boundary(
    tmp_path: Path, entry: str, within: str, is_too_short: bool
) -> None:
    path = file(tmp_path, GROUP + f'within = "{within}"\nentries = ["{entry}"]')
    lexicon, faults = read([path])
    assert any("is too short" in message for message in said(faults)) is is_too_short
    assert bool(lexicon.terms) is not is_too_short


def test_terms_of_no_file_count_in_every_language() -> None:
    lexicon, faults = added([Group(["noob", "bla[t"], "insult", 3)], "here")
    assert [(t.id, t.severity, t.everywhere, t.source) for t in lexicon.terms] == [
        ("noob", 3, True, "here")
    ]
    assert {fault.where for fault in faults} == {"here"}
    (fault,) = added([Group(["noob"], "rude", 3)], "here")[1]
    assert fault.message.startswith("category = 'rude': choose one of coarse, ")


@pytest.mark.parametrize("value", ["9" * 5_000, "[" * 5_000 + "]" * 5_000])
def test_what_no_reader_of_toml_takes_is_a_fault_too(tmp_path: Path, value: str) -> None:
    broken = file(tmp_path, f"x = {value}")
    (fault,) = read([broken])[1]
    assert fault.message.startswith("cannot be read: ")
