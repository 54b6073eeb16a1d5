"""`moderator demo`, before anything is started."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.unit.cli.conftest import Run


@pytest.mark.parametrize("content", ["id,body\n1,hello\n", "id,text\n"])
def test_a_file_without_comments_is_an_error(run: Run, tmp_path: Path, content: str) -> None:
    seeds = tmp_path / "c.csv"
    seeds.write_text(content)
    result = run("demo", "--seeds", str(seeds))
    assert result.exit_code == 4
    assert f"error: {seeds}: nothing to send" in result.stderr
