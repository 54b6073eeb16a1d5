"""The API as a process of its own."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

from moderator.http.ports import free_port
from tests.integration.workers import WorkerProcess


class ApiProcess(WorkerProcess):
    """`moderator serve` with settings given as variables, e.g. `SERVE__IDLE_S`; `port` is that of
    its metrics, `url` where the API is."""

    def __init__(
        self,
        folder: Path,
        variables: Mapping[str, str] | None = None,
        *,
        options: tuple[str, ...] = (),
        stub: tuple[str, ...] | None = None,
    ) -> None:
        self.folder = folder
        self.api_port = free_port()
        given = {"SERVE__PORT": str(self.api_port), **(variables or {})}
        super().__init__(folder, given, options=options, stub=stub, command="serve")
        scheme = "https" if "SERVE__SSL_CERTFILE" in given else "http"
        self.url = f"{scheme}://127.0.0.1:{self.api_port}"


@contextmanager
def running_api(folder: Path, **variables: str) -> Iterator[ApiProcess]:
    """A ready one, until the block ends."""
    process = ApiProcess(folder, variables)
    try:
        process.ready()
        yield process
    finally:
        process.kill()
