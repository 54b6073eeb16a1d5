"""Own files beside the whole shipped lexicon."""

from __future__ import annotations

from itertools import takewhile
from pathlib import Path

import pytest

from moderator.checks import Status
from moderator.doctor import examine as diagnose
from moderator.lexicon import Matcher, load_lexicon
from moderator.lexicon.entries.dataset import entries_by_file
from moderator.lexicon.entries.lint import examine, lint
from moderator.settings import Settings
from tests.unit.lexicon.entries.test_lint import file
from tests.unit.lexicon.test_dataset import GROUP, lexicon


def test_the_shipped_lexicon_has_no_faults() -> None:
    assert lint([]) == []


def test_entries_of_each_lexicon_file_are_counted(tmp_path: Path) -> None:
    own, empty = tmp_path / "mine.toml", tmp_path / "empty.toml"
    group = '[[terms]]\ncategory = "insult"\nseverity = 3\nentries = ["wurzelgurk", "flimflam"]\n'
    own.write_text(f'language = "en"\n{group}')
    empty.write_text('language = "en"\n')
    settings = Settings.load(None, {"scorers": {"use": ("lexicon",), "lexicons": (own, empty)}})
    findings = list(takewhile(lambda one: one.check != "policy", diagnose(settings)))
    files = {one.detail: one.status for one in findings if one.check == "lexicon file"}
    assert files == {f"{own}: 2 entries": Status.OK, f"{empty}: no entries": Status.WARN}
    (shipped,) = [one.detail for one in findings if one.check == "lexicon shipped"]
    assert "en " in shipped
    assert "de " in shipped


def test_own_files_add_to_the_shipped_ones_and_override_them_with_a_warning(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    body = GROUP + 'entries = ["shit", "blat"]\n[[allow]]\nentries = ["harmless"]'
    loaded = load_lexicon([lexicon(tmp_path, body)], with_shipped=True)
    find = Matcher(loaded).find
    found = [(m.term, m.severity) for m in find("blat, shit, what the fuck")]
    assert found[:2] == [("blat", 2), ("shit", 2)]
    assert found[2][0] == "fuck"
    (shit,) = [term for term in loaded.terms if term.id == "shit"]
    assert str(tmp_path) in shit.source
    said = caplog.text
    assert "your own file has 'shit' too" in said
    assert "'harmless' allows nothing" in said
    overriding = lexicon(tmp_path, GROUP + 'entries = ["cunt"]')
    said = " ".join(fault.message for fault in lint([overriding], with_shipped=True))
    assert "your own file has 'cunt' too" in said
    assert "allows nothing" not in said  # of a shipped entry, such as Scunthorpe


def test_beside_the_shipped_lexicon_it_is_a_warning(tmp_path: Path) -> None:
    path = file(tmp_path, '"blat"', '"zzyzx"')
    (fault,) = lint([path], with_shipped=True)
    assert str(fault) == f"{path}:7: warning: 'zzyzx' allows nothing: it holds no term"


def test_the_shipped_files_are_examined_if_asked_for_or_if_no_others_are_given(
    tmp_path: Path,
) -> None:
    path = file(tmp_path, '"blat", "frell"', '"oblato"')
    own, _ = examine([path])
    assert entries_by_file(own) == {str(path): 3}
    shipped, faults = examine([])
    assert faults == []
    assert str(path) not in entries_by_file(shipped)
    assert entries_by_file(examine(iter([path]), True)[0]) == {
        str(path): 3, **entries_by_file(shipped)
    }  # fmt: skip
    assert examine([], True)[0].version == shipped.version
