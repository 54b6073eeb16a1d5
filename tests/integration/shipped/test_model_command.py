"""`moderator model`: the card, and figures on a labelled file."""

import json
from pathlib import Path

import pytest

from moderator.cli.configure import model as model_module
from tests.unit.cli.conftest import Run


@pytest.fixture
def labelled(tmp_path: Path) -> Path:
    file = tmp_path / "comments.csv"
    file.write_text(
        "body,bad\n"
        "you are a stupid fucking idiot,1\n"
        "shut up you worthless moron,1\n"
        "thank you for the lovely photos,0\n"
        "the museum opens at nine,0\n"
    )
    return file


def test_info_prints_the_card(run: Run) -> None:
    shown = run("model", "info")
    assert shown.exit_code == 0
    assert "Where it falls short" in shown.stdout


def test_evaluate_gives_figures(run: Run, labelled: Path) -> None:
    options = ("--text-column", "body", "--label", "toxicity=bad", "--slices")
    result = run("model", "evaluate", str(labelled), *options)
    assert result.exit_code == 0
    figures = json.loads(result.stdout)
    assert figures["mean_auc"] == 1.0
    assert figures["labels"]["toxicity"]["decision"]["f1"] == 1.0
    recall = {part["name"]: part["value"] for part in figures["slices"]}
    assert recall["as it is"] == recall["homoglyphs"] == recall["zero_width"] == 1.0


def test_a_terminal_gets_a_table(run: Run, labelled: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(model_module, "is_terminal", lambda: True)
    options = ("--text-column", "body", "--label", "toxicity=bad")
    shown = run("model", "evaluate", str(labelled), *options).stdout
    assert "mean AUC 1.0000" in shown


def test_a_folder_that_cannot_be_made_is_reported_in_a_line(run: Run, labelled: Path) -> None:
    pytest.importorskip("matplotlib", reason="the extra train is not installed")
    options = ("--text-column", "body", "--label", "toxicity=bad")
    plots = labelled / "plots"
    result = run("model", "evaluate", str(labelled), *options, "--plots", str(plots))
    assert result.exit_code == 1
    assert result.stderr.strip() == f"error: {plots}: Not a directory"


def test_evaluate_draws(run: Run, labelled: Path, tmp_path: Path) -> None:
    pytest.importorskip("matplotlib", reason="the extra train is not installed")
    options = ("--text-column", "body", "--label", "toxicity=bad", "--plots", str(tmp_path / "p"))
    result = run("model", "evaluate", str(labelled), *options)
    drawn = [Path(name) for name in json.loads(result.stdout)["plots"]]
    assert {path.name for path in drawn} == {"reliability.png", "precision_recall.png"}
    for path in drawn:
        assert path.read_bytes().startswith(b"\x89PNG")


@pytest.mark.parametrize(
    ("options", "code"),
    [
        (("--label", "toxicity=bad"), 4),
        (("--text-column", "body", "--label", "kindness=bad"), 2),
        (("--text-column", "body", "--label", "toxicity"), 2),
        (("--text-column", "body", "--label", "toxicity=bad", "--model", "nowhere"), 3),
    ],
)
def test_what_is_wrong_ends_with_its_code(
    run: Run, labelled: Path, options: tuple[str, ...], code: int
) -> None:
    assert run("model", "evaluate", str(labelled), *options).exit_code == code
