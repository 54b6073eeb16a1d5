"""The SQLite file: opened by one process, created again if it is missing or damaged."""

from __future__ import annotations

import fcntl
import hashlib
import logging
import os
import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from threading import Lock

from moderator.errors import SettingsError
from moderator.settings import Settings

_SCHEMA = Path(__file__).with_name("schema.sql")
_CACHE_KIB = 65_536
_HEADER = 100
_VERSION, _APPLICATION = slice(60, 64), slice(68, 72)
"""Where SQLite's header has `user_version` and `application_id`."""
_MARK = b"mrvw"

_log = logging.getLogger(__name__)


class Database:
    """Two connections, one to write and one to read, each used by one thread at a time."""

    def __init__(self, settings: Settings) -> None:
        """Raises SettingsError if the file cannot be used, or another process uses it."""
        self._path = settings.review.database
        self._identity = _identity(settings)
        try:
            self._lock_file = os.open(_beside(self._path, ".lock"), os.O_RDWR | os.O_CREAT, 0o600)
        except OSError as error:
            raise self._unusable(error.strerror) from None
        try:
            fcntl.flock(self._lock_file, fcntl.LOCK_EX | fcntl.LOCK_NB)
            self._prepare()
            self._writer, self._reader = self._connect(), self._connect()
        except BaseException as error:
            os.close(self._lock_file)
            if isinstance(error, BlockingIOError):
                raise self._unusable("another `moderator review` uses it") from None
            if isinstance(error, OSError):
                raise self._unusable(error.strerror) from None
            if isinstance(error, sqlite3.Error):
                raise self._unusable(str(error)) from None
            raise
        self._writing, self._reading = Lock(), Lock()

    @contextmanager
    def write(self) -> Iterator[sqlite3.Connection]:
        """A transaction; rolled back if an exception leaves it."""
        with self._writing:
            self._writer.execute("BEGIN IMMEDIATE")
            try:
                yield self._writer
            except BaseException:
                self._writer.execute("ROLLBACK")
                raise
            self._writer.execute("COMMIT")

    @contextmanager
    def read(self) -> Iterator[sqlite3.Connection]:
        """A consistent state of the file, while others write."""
        with self._reading:
            self._reader.execute("BEGIN")
            try:
                yield self._reader
            finally:
                self._reader.execute("ROLLBACK")

    def clear(self) -> None:
        """Forget everything: the topics are read from their beginning."""
        with self.write() as connection:
            for (table,) in connection.execute(
                "SELECT name FROM sqlite_schema WHERE type = 'table' AND name NOT LIKE 'sqlite_%'"
            ).fetchall():
                connection.execute(f"DELETE FROM {table}")

    def close(self) -> None:
        """Close the file and let another process have it."""
        with self._writing, self._reading:
            self._writer.close()
            self._reader.close()
        os.close(self._lock_file)

    def _prepare(self) -> None:
        """Have a file with our schema; never delete one that is not ours."""
        header = _header(self._path)
        if header and header[_APPLICATION] != _MARK:
            raise self._unusable("it is something else: name another file, or remove it")
        if header and int.from_bytes(header[_VERSION]) == self._identity and self._is_sound():
            return
        if header:
            _log.warning("%s is damaged, or belongs to other settings: created again", self._path)
        for ending in ("", "-wal", "-shm"):
            _beside(self._path, ending).unlink(missing_ok=True)
        os.close(os.open(self._path, os.O_RDWR | os.O_CREAT, 0o600))  # it holds texts
        connection = sqlite3.connect(self._path, isolation_level=None)
        connection.executescript(
            f"BEGIN; PRAGMA application_id = {int.from_bytes(_MARK)}; "
            f"PRAGMA user_version = {self._identity}; {_SCHEMA.read_text('utf-8')} COMMIT;"
        )
        connection.close()

    def _unusable(self, reason: str | None) -> SettingsError:
        return SettingsError(f"review.database: {self._path} cannot be used: {reason}")

    def _is_sound(self) -> bool:
        try:
            connection = self._connect()
        except sqlite3.DatabaseError:
            return False
        try:
            return bool(connection.execute("PRAGMA quick_check(1)").fetchone()[0] == "ok")
        except sqlite3.DatabaseError:
            return False
        finally:
            connection.close()

    def _connect(self) -> sqlite3.Connection:
        connection = sqlite3.connect(self._path, isolation_level=None, check_same_thread=False)
        try:
            connection.execute("PRAGMA journal_mode = WAL")
            # What is lost when the machine loses power is read from the topics again.
            connection.execute("PRAGMA synchronous = NORMAL")
            connection.execute(f"PRAGMA cache_size = -{_CACHE_KIB}")
            connection.execute("PRAGMA busy_timeout = 5000")
        except sqlite3.Error:
            connection.close()
            raise
        return connection


def _identity(settings: Settings) -> int:
    """31 bits that change with the schema and with what the file is a view of."""
    named = (
        settings.kafka.bootstrap_servers,
        settings.topics.verdicts,
        settings.feedback.topic,
        *settings.review.actions,
        _SCHEMA.read_text("utf-8"),
    )
    digest = hashlib.blake2b("\0".join(named).encode(), digest_size=4).digest()
    return int.from_bytes(digest) >> 1


def _header(path: Path) -> bytes:
    if not path.exists():
        return b""
    with path.open("rb") as file:
        return file.read(_HEADER)


def _beside(path: Path, ending: str) -> Path:
    return path.with_name(path.name + ending)
