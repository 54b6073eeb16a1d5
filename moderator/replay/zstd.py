"""Reads a Zstandard file as a stream, and refuses one that was cut off."""

from __future__ import annotations

from io import BufferedReader, RawIOBase
from pathlib import Path
from typing import IO, Any, cast

_CHUNK_BYTES = 1 << 16
_MAX_WINDOW_BYTES = 1 << 27
"""Memory that a file may ask for: what the `zstd` command allows too."""


def open_zstd(path: Path) -> IO[bytes]:
    """The file's content; reading raises EOFError if it is cut off or not Zstandard."""
    return cast(IO[bytes], BufferedReader(cast(Any, _Frames(path))))


class _Frames(RawIOBase):
    """One frame after the other; zstandard's own reader takes a frame without an end for whole."""

    def __init__(self, path: Path) -> None:
        self._file = path.open("rb")
        import zstandard  # not at the top: every command would load it

        self._error = zstandard.ZstdError
        self._decompressor = zstandard.ZstdDecompressor(max_window_size=_MAX_WINDOW_BYTES)
        self._frame = self._decompressor.decompressobj()
        self._begun = False
        self._ready = b""

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: bytearray) -> int:  # type: ignore[override]
        while not self._ready:
            left = self._frame.unused_data if self._frame.eof else b""
            if self._frame.eof:
                self._frame, self._begun = self._decompressor.decompressobj(), False
            data = left or self._file.read(_CHUNK_BYTES)
            if not data:
                if self._begun:
                    raise EOFError("the last frame has no end")
                return 0
            self._begun = True
            try:
                self._ready = self._frame.decompress(data)
            except self._error as error:
                raise EOFError(str(error)) from None
        size = min(len(buffer), len(self._ready))
        buffer[:size] = self._ready[:size]
        self._ready = self._ready[size:]
        return size

    def close(self) -> None:
        self._file.close()
        super().close()
