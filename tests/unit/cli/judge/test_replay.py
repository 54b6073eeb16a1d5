"""`moderator replay` judges files, reports bad rows, and writes verdicts that `diff` reads."""

import json
import subprocess
import sys
from pathlib import Path

import pytest

from moderator.replay.diff import read_verdicts
from tests.unit.cli.conftest import Run

ROWS = '{"id":"a","text":"a fine day"}\nnonsense\n{"id":"b","text":"you are a fucking idiot"}\n'


@pytest.fixture
def rows(tmp_path: Path) -> Path:
    file = tmp_path / "rows.jsonl"
    file.write_text(ROWS)
    return file


def test_verdicts_come_one_a_line_and_the_report_beside(run: Run, rows: Path) -> None:
    result = run("replay", str(rows))
    assert result.exit_code == 0
    verdicts = [json.loads(line) for line in result.stdout.splitlines()]
    assert [verdict["id"] for verdict in verdicts] == ["a", "b"]
    assert [verdict["action"] == "allow" for verdict in verdicts] == [True, False]
    bad, report = result.stderr.splitlines()
    assert f"{rows}:2: is not a JSON object" in bad
    assert json.loads(report)["bad_rows"] == 1


def test_strict_stops_at_the_first_bad_row(run: Run, rows: Path) -> None:
    result = run("replay", "--strict", str(rows))
    assert result.exit_code == 4
    assert f"{rows}:2" in result.stderr


def test_output_is_read_back_by_diff(run: Run, rows: Path, tmp_path: Path) -> None:
    output = tmp_path / "verdicts.jsonl"
    result = run("replay", str(rows), "--output", str(output))
    assert result.exit_code == 0
    assert result.stdout == ""
    assert [verdict.id for verdict in read_verdicts(output)] == ["a", "b"]
    same = run("diff", str(output), str(output))
    assert json.loads(same.stderr)["changed"] == 0


def test_a_full_disk_is_reported_in_a_line(run: Run, rows: Path) -> None:
    result = run("replay", str(rows), "--output", "/dev/full")
    assert result.exit_code == 1
    assert result.stderr.splitlines()[-1] == "error: No space left on device"


@pytest.mark.parametrize("name", ["rows.jsonl", "link.jsonl"])
def test_a_file_is_not_written_over_itself(run: Run, rows: Path, name: str) -> None:
    output = rows.with_name(name)
    if output != rows:
        output.symlink_to(rows)
    result = run("replay", str(rows), "--output", str(output))
    assert result.exit_code == 2
    assert rows.read_text() == ROWS


def test_a_limit_ends_the_run(run: Run, rows: Path) -> None:
    assert len(run("replay", "--limit", "1", str(rows)).stdout.splitlines()) == 1


def test_standard_input_is_read(run: Run) -> None:
    result = run("replay", "-", "--format", "txt", stdin="one\ntwo\n")
    assert [json.loads(line)["id"] for line in result.stdout.splitlines()] == ["stdin:1", "stdin:2"]


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["none.jsonl"], "no such file"),
        (["rows.xml"], "no format 'xml'"),
        (["."], "is a folder"),
        (["a[b]/c[/d].txt"], "a[b]/c[/d].txt: no such file"),
        (["rows.jsonl", "--output", "none/v.jsonl"], "--output: none/v.jsonl: cannot be written"),
        (["rows.jsonl", "--rate", "fast"], "200/s"),
        (["rows.jsonl", "--to-topic", "--output", "x"], "--to-topic"),
    ],
)
def test_wrong_use_ends_with_2_and_a_remedy(
    run: Run, rows: Path, monkeypatch: pytest.MonkeyPatch, arguments: list[str], said: str
) -> None:
    monkeypatch.chdir(rows.parent)
    result = run("replay", *arguments)
    assert result.exit_code == 2
    assert said in result.stderr


@pytest.mark.parametrize(
    ("stdin", "first"),
    [
        ('{"id":"a","text":"one"}\n', "a"),
        ("id,text\nb,two\n", "b"),
        ("just a line, and a comma\n", "stdin:1"),
    ],
)
def test_the_format_of_standard_input_is_recognised(run: Run, stdin: str, first: str) -> None:
    result = run("replay", "-", stdin=stdin)
    assert result.exit_code == 0
    assert [json.loads(line)["id"] for line in result.stdout.splitlines()] == [first]


@pytest.mark.parametrize("content", ["id,body\na,hello\n", ""])
def test_a_run_that_judged_nothing_fails(run: Run, tmp_path: Path, content: str) -> None:
    file = tmp_path / "rows.csv"
    file.write_text(content)
    result = run("replay", str(file))
    assert result.exit_code == 4
    assert "--text-column" in result.stderr


@pytest.mark.parametrize(("limit", "code"), [("review", 1), ("block", 0)])
def test_a_run_may_fail_on_an_action(run: Run, tmp_path: Path, limit: str, code: int) -> None:
    file = tmp_path / "rows.txt"
    file.write_text("what the fuck\n")
    assert run("replay", str(file), "--fail-on", limit).exit_code == code
    assert run("score", "what the fuck", "--fail-on", limit).exit_code == code


def test_diff_may_fail_on_a_change(run: Run, tmp_path: Path) -> None:
    rows, verdicts, policy = (tmp_path / name for name in ("r.txt", "v.jsonl", "p.toml"))
    rows.write_text("what the fuck\n")
    policy.write_text("default = 'p'\n[policies.p]\n")
    run("replay", str(rows), "--output", str(verdicts))
    changed = ("diff", str(verdicts), "--policy", str(policy))
    assert run(*changed).exit_code == 0
    assert run(*changed, "--exit-code").exit_code == 1
    assert run("diff", str(verdicts), str(verdicts), "--exit-code").exit_code == 0


def test_only_the_first_bad_rows_are_reported(run: Run, tmp_path: Path) -> None:
    file = tmp_path / "rows.jsonl"
    file.write_text('{"id":"a","text":"fine"}\n' + "bad\n" * 250)
    result = run("replay", str(file))
    assert result.stderr.count("bad row:") == 100
    assert "and 150 more bad rows" in result.stderr


def test_an_unusable_encoding_or_column_is_refused(run: Run, rows: Path) -> None:
    for option in (("--encoding", "utf-16"), ("--encoding", "none"), ("--column", "id=x")):
        assert run("replay", str(rows), *option).exit_code == 2


def test_ctrl_c_does_not_wait_for_the_model() -> None:
    waits = (
        "import asyncio, signal, time\n"
        "from concurrent.futures import ThreadPoolExecutor\n"
        "from moderator.cli.judge.replay import _interruptible\n"
        "signal.signal(signal.SIGINT, signal.default_int_handler)\n"  # a shell's & ignores it
        "async def work():\n"
        "    loop = asyncio.get_running_loop()\n"
        "    busy = loop.run_in_executor(ThreadPoolExecutor(1), time.sleep, 60)\n"
        "    signal.raise_signal(signal.SIGINT)\n"
        "    await busy\n"
        "_interruptible(work())\n"
    )
    assert subprocess.run([sys.executable, "-c", waits], timeout=30, check=False).returncode == 130
