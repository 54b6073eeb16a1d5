"""Seed files by name: opened one after the other, each read by the reader of its kind."""

from __future__ import annotations

import gzip
import sys
import zlib
from collections import Counter
from collections.abc import Iterator, Sequence
from io import BufferedReader
from pathlib import Path
from typing import IO, cast

from moderator.errors import SettingsError
from moderator.replay.readers import FORMATS, Advance, Reader, read_rows
from moderator.replay.rows import Columns, Origin, Row
from moderator.replay.zstd import open_zstd

STDIN = Origin("standard input", "stdin")
_SNIFFED_BYTES = 4096


def open_rows(
    names: Sequence[str],
    kind: str | None,
    columns: Columns,
    advance: Advance = lambda _: None,
    read: Reader = read_rows,
) -> Iterator[Row]:
    """The rows of all files in order, as `read` reads them; `-` is standard input.

    Names and kinds are checked before the first row: raises SettingsError naming the file.
    """
    kinds = [_checked(name, kind) for name in names]
    bases = Counter(Path(name).name for name in names)
    origins = [Origin(n, b if bases[b := Path(n).name] == 1 else n) for n in names]
    return _rows(origins, kinds, columns, advance, read)


def _checked(name: str, kind: str | None) -> str:
    path = Path(name)
    if name != "-" and path.is_dir():
        raise SettingsError(f"{name}: is a folder: name its files, as {name.rstrip('/')}/*.txt")
    file_format = kind_of(name, kind)
    if name != "-" and not path.exists():
        raise SettingsError(f"{name}: no such file")
    return file_format


def kind_of(name: str, kind: str | None) -> str:
    """The format of a file: the one given, else by its ending; of standard input by its start."""
    plain = Path(name.removesuffix(".gz").removesuffix(".zst"))
    file_format = kind or (_sniffed() if name == "-" else plain.suffix.removeprefix("."))
    if file_format not in FORMATS:
        raise SettingsError(
            f"{name}: no format {file_format!r}: --format takes {', '.join(FORMATS)}"
        )
    return file_format


def _sniffed() -> str:
    """JSON lines begin with a brace; a header that names a text column is CSV's; else text."""
    stdin = sys.stdin.buffer
    if isinstance(stdin, BufferedReader):
        start = stdin.peek(1)[:_SNIFFED_BYTES]
    else:
        start = stdin.read(_SNIFFED_BYTES)
        stdin.seek(0)
    if start.lstrip().startswith(b"{"):
        return "jsonl"
    header = start.partition(b"\n")[0].lower()
    return "csv" if any(d in header for d in (b",", b";", b"\t")) and b"text" in header else "txt"


def _rows(
    origins: Sequence[Origin],
    kinds: Sequence[str],
    columns: Columns,
    advance: Advance,
    read: Reader,
) -> Iterator[Row]:
    for origin, kind in zip(origins, kinds, strict=True):
        if origin.name == "-":
            yield from read(sys.stdin.buffer, STDIN, kind, columns, advance)
            continue
        try:
            with _opened(Path(origin.name)) as file:
                yield from read(file, origin, kind, columns, advance)
        except (EOFError, zlib.error, gzip.BadGzipFile):
            packed = "Zstandard" if origin.name.endswith(".zst") else "gzip"
            raise SettingsError(f"{origin.name}: is not a whole {packed} file") from None
        except OSError as error:
            raise SettingsError(f"{origin.name}: cannot be read ({error.strerror})") from None


def _opened(path: Path) -> IO[bytes]:
    if path.suffix == ".gz":
        return cast(IO[bytes], gzip.open(path, "rb"))
    if path.suffix == ".zst":
        return open_zstd(path)
    return path.open("rb")
