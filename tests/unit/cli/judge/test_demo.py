"""`moderator demo`, before anything is started."""

from __future__ import annotations

from pathlib import Path

import pytest

from moderator.cli.judge import demo
from moderator.messages.commands import use_settings_file
from tests.unit.cli.conftest import Run


@pytest.mark.parametrize("content", ["id,body\n1,hello\n", "id,text\n"])
def test_a_file_without_comments_is_an_error(run: Run, tmp_path: Path, content: str) -> None:
    seeds = tmp_path / "c.csv"
    seeds.write_text(content)
    result = run("demo", "--seeds", str(seeds))
    assert result.exit_code == 4
    assert f"error: {seeds}: nothing to send" in result.stderr


def test_the_next_commands_use_the_same_settings(capsys: pytest.CaptureFixture[str]) -> None:
    use_settings_file(Path("mine.toml"))
    try:
        demo._next("http://127.0.0.1:6066/")
    finally:
        use_settings_file(None)
    shown = capsys.readouterr().err
    assert 'moderator score "your text" --config mine.toml  explain' in shown
    assert "moderator --help  " in shown
