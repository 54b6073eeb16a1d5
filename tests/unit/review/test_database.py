"""The file belongs to one process, is created again if needed, and never another program's."""

from __future__ import annotations

import sqlite3
import stat
from pathlib import Path

import pytest

from moderator.errors import SettingsError
from moderator.review.database import Database
from moderator.settings import Settings


def add_offset(database: Database) -> None:
    with database.write() as connection:
        connection.execute("INSERT INTO offsets VALUES ('verdicts', 0, 7)")


def offsets(database: Database) -> list[tuple[str, int, int]]:
    with database.read() as connection:
        return connection.execute("SELECT * FROM offsets").fetchall()


def test_what_was_written_is_there_after_a_restart(settings: Settings) -> None:
    first = Database(settings)
    add_offset(first)
    first.close()
    second = Database(settings)
    assert offsets(second) == [("verdicts", 0, 7)]
    second.close()
    assert stat.S_IMODE(settings.review.database.stat().st_mode) == 0o600


def test_a_failure_leaves_nothing_of_its_transaction(database: Database) -> None:
    with pytest.raises(sqlite3.IntegrityError), database.write() as connection:
        connection.executemany("INSERT INTO offsets VALUES ('verdicts', 0, ?)", [(7,), (8,)])
    assert offsets(database) == []


def test_readers_see_one_state_while_others_write(database: Database) -> None:
    with database.read() as connection:
        assert connection.execute("SELECT count(*) FROM offsets").fetchone() == (0,)
        add_offset(database)
        assert connection.execute("SELECT count(*) FROM offsets").fetchone() == (0,)
    assert len(offsets(database)) == 1


def test_a_second_process_is_refused(settings: Settings, database: Database) -> None:
    with pytest.raises(SettingsError, match="another `moderator review` uses it"):
        Database(settings)


@pytest.mark.parametrize(
    "change",
    [{"topics": {"verdicts": "other"}}, {"review": {"actions": ["review", "block"]}}],
    ids=["another topic", "other actions"],
)
def test_a_view_of_something_else_is_made_anew(
    settings: Settings, change: dict[str, dict[str, object]]
) -> None:
    first = Database(settings)
    add_offset(first)
    first.close()
    given = {"review": {"database": settings.review.database}}
    for table, keys in change.items():
        given.setdefault(table, {}).update(keys)  # type: ignore[arg-type]
    second = Database(Settings.load(None, given))
    assert offsets(second) == []
    second.close()


def test_a_damaged_file_is_made_anew(settings: Settings) -> None:
    first = Database(settings)
    add_offset(first)
    first.close()
    with settings.review.database.open("r+b") as file:
        file.seek(4_096)
        file.write(b"\xff" * 16_384)
    second = Database(settings)
    assert offsets(second) == []
    second.close()


def test_files_that_are_something_else_are_left_alone(settings: Settings, tmp_path: Path) -> None:
    file = settings.review.database
    file.write_text("my novel")
    with pytest.raises(SettingsError, match="is something else"):
        Database(settings)
    assert file.read_text() == "my novel"
    file.unlink()
    connection = sqlite3.connect(file)
    connection.execute("CREATE TABLE mine (x)")
    connection.close()
    with pytest.raises(SettingsError, match="is something else"):
        Database(settings)


def test_a_folder_that_is_missing_is_named(settings: Settings, tmp_path: Path) -> None:
    lost = Settings.load(None, {"review": {"database": tmp_path / "lost" / "review.db"}})
    with pytest.raises(SettingsError, match=r"review\.database: .*lost.*No such file"):
        Database(lost)


def test_clear_forgets_everything(database: Database) -> None:
    add_offset(database)
    database.clear()
    assert offsets(database) == []
