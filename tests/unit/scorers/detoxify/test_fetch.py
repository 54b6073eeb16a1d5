"""Fetching a release from a server that breaks, lies, resumes and goes away."""

from __future__ import annotations

import hashlib
import json
import threading
from collections.abc import Callable, Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest

from moderator.errors import ModelError
from moderator.http.ports import free_port
from moderator.scorers.detoxify.fetch import fetch
from moderator.scorers.detoxify.releases import RELEASES, Asset, Release

WEIGHTS = bytes(range(256)) * 4096
WORDS = b"[PAD]\n[UNK]\n"


class Server(ThreadingHTTPServer):
    """Serves `files`, keeps the requests' ranges, and cuts an answer short on request."""

    files: dict[str, bytes]
    ranges: list[tuple[str, str | None]]
    cut_after: list[int]
    understands_ranges = True


class Handler(BaseHTTPRequestHandler):
    server: Server

    def do_GET(self) -> None:
        name = self.path.lstrip("/")
        wanted = self.headers.get("Range")
        self.server.ranges.append((name, wanted))
        content = self.server.files.get(name)
        if content is None:
            self.send_error(404)
            return
        start = 0
        if wanted and self.server.understands_ranges:
            start = int(wanted.removeprefix("bytes=").removesuffix("-"))
            if start >= len(content):
                self.send_error(416)
                return
            self.send_response(206)
            self.send_header("Content-Range", f"bytes {start}-{len(content) - 1}/{len(content)}")
        else:
            self.send_response(200)
        body = content[start:]
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        if self.server.cut_after:
            body = body[: self.server.cut_after.pop(0)]
        self.wfile.write(body)

    def log_message(self, *_: object) -> None:
        pass


@pytest.fixture
def server() -> Iterator[Server]:
    with Server(("127.0.0.1", 0), Handler) as server:
        server.files = {"vocab.txt": WORDS, "weights.ckpt": WEIGHTS}
        server.ranges, server.cut_after = [], []
        thread = threading.Thread(target=server.serve_forever, args=(0.01,))
        thread.start()
        yield server
        server.shutdown()
        thread.join()


@pytest.fixture
def release(server: Server) -> Release:
    root = f"http://127.0.0.1:{server.server_port}/"
    return Release(
        "small",
        (
            Asset("vocab.txt", root + "vocab.txt", hashlib.sha256(WORDS).hexdigest()),
            Asset("weights.ckpt", root + "weights.ckpt", hashlib.sha256(WEIGHTS).hexdigest()[:8]),
        ),
        {"model_type": "bert"},
    )


def names(folder: Path) -> list[str]:
    return sorted(path.name for path in folder.iterdir())


WHOLE = ["config.json", "tokenizer_config.json", "vocab.txt", "weights.ckpt"]


def test_a_release_is_fetched_whole_and_only_once(
    server: Server, release: Release, tmp_path: Path
) -> None:
    seen: list[tuple[str, int, int | None]] = []
    fetch(release, tmp_path / "new", progress=lambda *step: seen.append(step))
    assert names(tmp_path / "new") == WHOLE
    assert (tmp_path / "new" / "weights.ckpt").read_bytes() == WEIGHTS
    assert json.loads((tmp_path / "new" / "config.json").read_text()) == {"model_type": "bert"}
    assert seen[-1] == ("weights.ckpt", len(WEIGHTS), len(WEIGHTS))
    server.ranges.clear()
    fetch(release, tmp_path / "new")
    assert server.ranges == []


def test_a_broken_connection_is_resumed_where_it_broke(
    server: Server, release: Release, tmp_path: Path
) -> None:
    server.cut_after = [len(WORDS), 300_000, 500_000]
    fetch(release, tmp_path)
    assert (tmp_path / "weights.ckpt").read_bytes() == WEIGHTS
    assert [wanted for name, wanted in server.ranges if name == "weights.ckpt"] == [
        None,
        "bytes=300000-",
        "bytes=800000-",
    ]


def test_an_interrupted_fetch_is_resumed_by_the_next(
    server: Server, release: Release, tmp_path: Path
) -> None:
    (tmp_path / "weights.ckpt.part").write_bytes(WEIGHTS[:1000])
    fetch(release, tmp_path)
    assert ("weights.ckpt", "bytes=1000-") in server.ranges
    assert names(tmp_path) == WHOLE


def test_a_server_without_ranges_sends_it_all_again(
    server: Server, release: Release, tmp_path: Path
) -> None:
    server.understands_ranges = False
    (tmp_path / "weights.ckpt.part").write_bytes(b"x" * 1000)
    fetch(release, tmp_path)
    assert (tmp_path / "weights.ckpt").read_bytes() == WEIGHTS


@pytest.mark.parametrize("part", [WEIGHTS, WEIGHTS + b"x"], ids=["complete", "too long"])
def test_a_part_as_long_as_the_file_or_longer(
    server: Server, release: Release, tmp_path: Path, part: bytes
) -> None:
    (tmp_path / "weights.ckpt.part").write_bytes(part)
    fetch(release, tmp_path)
    assert (tmp_path / "weights.ckpt").read_bytes() == WEIGHTS
    assert names(tmp_path) == WHOLE
    asked = [wanted for name, wanted in server.ranges if name == "weights.ckpt"]
    assert asked == [f"bytes={len(part)}-"] + ([None] if len(part) > len(WEIGHTS) else [])


def test_another_file_than_pinned_is_refused_and_leaves_nothing(
    server: Server, release: Release, tmp_path: Path
) -> None:
    server.files["weights.ckpt"] = WEIGHTS[:-1] + b"x"
    with pytest.raises(ModelError, match="pinned"):
        fetch(release, tmp_path)
    assert names(tmp_path) == ["vocab.txt"]


def test_a_file_that_is_there_but_wrong_is_named_and_kept(release: Release, tmp_path: Path) -> None:
    (tmp_path / "weights.ckpt").write_bytes(b"mine")
    with pytest.raises(ModelError, match=r"weights\.ckpt: sha256 .* remove it"):
        fetch(release, tmp_path)
    assert (tmp_path / "weights.ckpt").read_bytes() == b"mine"


@pytest.mark.parametrize("trouble", ["not found", "no server"])
def test_without_the_file_one_line_says_what_to_copy_from_where(
    server: Server, release: Release, tmp_path: Path, trouble: str
) -> None:
    mirror = None
    if trouble == "not found":
        del server.files["weights.ckpt"]
    else:
        mirror = f"http://127.0.0.1:{free_port()}"
    with pytest.raises(ModelError) as raised:
        fetch(release, tmp_path, mirror=mirror)
    message = str(raised.value)
    assert "\n" not in message
    assert release.assets[1].url in message
    assert str(tmp_path) in message
    assert (release.assets[0].url in message) == (trouble == "no server")


@pytest.mark.parametrize("address", [str, Path.as_uri])
def test_a_mirror_may_be_a_folder_on_a_disk(
    release: Release, tmp_path: Path, address: Callable[[Path], str]
) -> None:
    disk = tmp_path / "disk"
    disk.mkdir()
    (disk / "vocab.txt").write_bytes(WORDS)
    (disk / "weights.ckpt").write_bytes(WEIGHTS)
    fetch(release, tmp_path / "to", mirror=address(disk))
    assert names(tmp_path / "to") == WHOLE


def test_a_mirror_that_is_not_there_is_told(release: Release, tmp_path: Path) -> None:
    with pytest.raises(ModelError, match="No such file"):
        fetch(release, tmp_path / "to", mirror=str(tmp_path / "none"))


def test_every_release_is_pinned() -> None:
    assert set(RELEASES) == {
        "original", "unbiased", "multilingual", "original-small", "unbiased-small",
    }  # fmt: skip
    for release in RELEASES.values():
        *vocabulary, checkpoint = release.assets
        assert checkpoint.name.endswith(f"-{checkpoint.sha256[:8]}.ckpt")
        assert len(checkpoint.sha256) in (8, 64)
        assert {len(asset.sha256) for asset in vocabulary} == {64}
        assert all(asset.url.startswith("https://") for asset in release.assets)
