"""`moderator settings` shows what is in force, and no secret."""

import json
from pathlib import Path

import pytest

from moderator.package import __version__
from tests.unit.cli.conftest import Run


def test_settings_are_shown_with_secrets_masked(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("MODERATOR_STREAM__BATCH_SIZE", "64")
    monkeypatch.setenv("MODERATOR_KAFKA__SASL_PASSWORD", "hush")
    result = run("settings")
    assert result.exit_code == 0
    assert json.loads(result.stdout)["stream"]["batch_size"] == 64
    assert "hush" not in result.output


def test_only_the_password_of_an_address_is_masked(
    run: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("MODERATOR_CACHE__URL", "rediss://user:hush@redis.example:6379/0")
    url = json.loads(run("settings").stdout)["cache"]["url"]
    assert url == "rediss://user:***@redis.example:6379/0"


def test_each_setting_shows_where_it_comes_from(
    run: Run, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    file = tmp_path / "m.toml"
    file.write_text("[stream]\ngroup = 'g'\nbatch_size = 5\n[http]\nhost = '127.0.0.1'\n")
    monkeypatch.setenv("MODERATOR_STREAM__BATCH_SIZE", "64")
    lines = run("settings", "-c", str(file), "--show-origin").stdout.splitlines()
    found = {line.split()[0]: line.split(maxsplit=1)[1].strip() for line in lines}
    assert found["stream.group"] == f'"g"  ({file})'
    assert found["stream.batch_size"] == "64  (MODERATOR_STREAM__BATCH_SIZE)"
    assert found["http.host"] == f'"127.0.0.1"  ({file}, as the default)'
    assert found["http.port"] == "6066  (default)"


def test_a_bad_setting_ends_with_2_and_one_line(run: Run, tmp_path: Path) -> None:
    file = tmp_path / "m.toml"
    file.write_text("[stream]\nbatchsize = 3")
    result = run("settings", "--config", str(file))
    assert result.exit_code == 2
    assert "stream.batchsize" in result.stderr
    assert "Traceback" not in result.output


@pytest.mark.parametrize(
    "command",
    ["score", "replay", "diff", "settings", "doctor", "topics create", "topics ls", "dlq ls",
     "dlq show", "dlq redrive", "dlq purge"],
)  # fmt: skip
def test_every_help_has_an_example(run: Run, command: str) -> None:
    result = run(*command.split(), "--help")
    assert result.exit_code == 0
    assert "moderator " + command in result.stdout


def test_the_version_is_printed(run: Run) -> None:
    assert run("--version").stdout.strip() == __version__
