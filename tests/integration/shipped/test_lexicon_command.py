"""`moderator lexicon`: faults are reported with their place, terms with what they match."""

from __future__ import annotations

from pathlib import Path

from typer.testing import CliRunner

from moderator.cli.main import app


def own_file(folder: Path, entry: str) -> Path:
    file = folder / "mine.toml"
    group = f'category = "insult"\nseverity = 2\nentries = ["{entry}"]\n'
    file.write_text(f'language = "en"\n[[terms]]\n{group}')
    return file


def test_the_shipped_lexicon_passes() -> None:
    result = CliRunner().invoke(app, ["lexicon", "lint"])
    assert result.exit_code == 0
    assert "no faults" in result.output


def test_faults_are_reported_with_file_and_line(tmp_path: Path) -> None:
    result = CliRunner().invoke(app, ["lexicon", "lint", str(own_file(tmp_path, "bl[at"))])
    assert result.exit_code == 2
    assert "mine.toml:5" in result.output.replace("\n", "")


def test_a_term_is_shown_by_its_name_and_by_a_form() -> None:
    for word in ("wank", "wanking"):
        result = CliRunner().invoke(app, ["lexicon", "show", word])
        assert result.exit_code == 0
        assert "wank" in result.output


def test_an_unknown_term_is_reported() -> None:
    result = CliRunner().invoke(app, ["lexicon", "show", "tablecloth"])
    assert result.exit_code == 2
    assert "tablecloth" in result.output


def test_entries_of_ones_own_are_shown_with_what_they_lead_to_alone(tmp_path: Path) -> None:
    result = CliRunner().invoke(app, ["lexicon", "lint", str(own_file(tmp_path, "wurzelgurk"))])
    assert result.exit_code == 0
    (row,) = [line for line in result.output.splitlines() if " 0.55 " in line]
    assert row.replace("│", " ").split() == ["2", "1", "0.55", "allow", "allow", "review"]
