"""Scorers are found by name; an installed package adds its own, with its settings and labels."""

from __future__ import annotations

import tomllib
from pathlib import Path

import pytest

from moderator import Action, Moderator, Settings
from moderator.errors import SettingsError
from moderator.scorers.registry import GROUP, known_labels, load_scorer

EXAMPLE = Path(__file__).parents[3] / "deploy" / "examples" / "scorer"


def install(folder: Path, name: str, entry: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """What pip leaves of a package: its metadata on the path, where importlib looks for it."""
    metadata = folder / f"{name}-1.0.dist-info"
    metadata.mkdir(parents=True)
    (metadata / "METADATA").write_text(f"Metadata-Version: 2.1\nName: {name}\nVersion: 1.0\n")
    (metadata / "entry_points.txt").write_text(f"[{GROUP}]\n{entry}\n")
    monkeypatch.syspath_prepend(folder)


@pytest.fixture
def example(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The example package, by the entry point that its pyproject names."""
    project = tomllib.loads((EXAMPLE / "pyproject.toml").read_text("utf-8"))["project"]
    ((name, value),) = project["entry-points"][GROUP].items()
    monkeypatch.syspath_prepend(EXAMPLE)
    install(tmp_path / "site", project["name"], f"{name} = {value}", monkeypatch)


def settings_file(folder: Path, scorers: str) -> Path:
    (folder / "policy.toml").write_text(
        'default = "calm"\n[policies.calm.review]\nshouting = 0.5\n'
    )
    file = folder / "moderator.toml"
    file.write_text(f'policy = "policy.toml"\n[scorers]\nuse = ["shouting"]\n{scorers}')
    return file


@pytest.mark.usefixtures("example")
def test_an_installed_scorer_judges_by_its_own_settings_and_label(tmp_path: Path) -> None:
    texts = ["WHY WOULD ANYBODY DO THIS", "Why would anybody do this", "SAY IT"]
    with Moderator.from_settings(settings_file(tmp_path, "")) as moderator:
        actions = [verdict.action for verdict in moderator.moderate(texts)]
    assert actions == [Action.REVIEW, Action.ALLOW, Action.ALLOW]
    table = "[scorers.shouting]\nmin_letters = 4\n"
    with Moderator.from_settings(settings_file(tmp_path, table)) as moderator:
        short = moderator.moderate(["SAY IT"])[0]
    assert short.action is Action.REVIEW
    assert short.reasons[0].label == "shouting"


@pytest.mark.usefixtures("example")
def test_a_variable_sets_a_key_of_an_installed_scorer(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("MODERATOR_SCORERS__USE", '["shouting"]')
    monkeypatch.setenv("MODERATOR_SCORERS__SHOUTING__MIN_LETTERS", "3")
    assert load_scorer("shouting", Settings.load().scorers).version == "1-3"


@pytest.mark.usefixtures("example")
@pytest.mark.parametrize(
    ("table", "said"),
    [
        ("[scorers.shouting]\nloudness = 3", "scorers.shouting.loudness"),
        ("[scorers.shouting]\nmin_leters = 3", "did you mean `min_letters`?"),
        ("[scorers.shouting]\nmin_letters = 'many'", "scorers.shouting.min_letters"),
        ("[scorers.whispering]\nmin_letters = 3", "scorers.whispering"),
        ("[scorers.compact]\nsize = 3", "scorers.compact.size"),
        ("[scorers.cascade]\nwhispering.toxicity = [0.1, 0.9]", "no scorer is named 'whispering'"),
    ],
)
def test_an_unknown_table_is_refused(tmp_path: Path, table: str, said: str) -> None:
    with pytest.raises(SettingsError) as caught:
        Settings.load(settings_file(tmp_path, table))
    assert said in str(caught.value)


def test_an_unknown_scorer_is_refused_with_those_there_are() -> None:
    with pytest.raises(SettingsError, match=r"scorers\.use\.0.*'magic': there are lexicon"):
        Settings.load(None, {"scorers": {"use": ["magic"]}})
    assert "shouting" not in known_labels()


@pytest.mark.parametrize(
    ("value", "said"),
    [
        ("no_such_module:LOADER", "of the package broken does not import"),
        ("moderator.package:__version__", r"__version__ is not a moderator\.scorers\.registry"),
    ],
)
def test_a_broken_package_is_named(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, value: str, said: str
) -> None:
    install(tmp_path, "broken", f"broken = {value}", monkeypatch)
    with pytest.raises(SettingsError, match=said):
        Settings.load(None, {"scorers": {"use": ["broken"]}})


def test_an_installed_package_cannot_take_over_a_name(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    install(tmp_path, "impostor", "lexicon = no_such_module:LOADER", monkeypatch)
    assert load_scorer("lexicon", Settings().scorers).labels == ("profanity",)
