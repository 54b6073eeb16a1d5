"""Fetches a release: once, resumably, checked, and under its own name only when complete."""

from __future__ import annotations

import http.client
import json
import re
import urllib.error
import urllib.request
from collections.abc import Callable
from pathlib import Path
from typing import Any

from moderator.errors import ModelError
from moderator.scorers.detoxify.manifest import CONFIG
from moderator.scorers.detoxify.releases import WINDOW, Asset, Release
from moderator.scorers.model_folder import sha256_of

Progress = Callable[[str, int, int | None], None]
"""Called with the file's name, the bytes fetched so far, and the total if it is known."""

_BLOCK_BYTES = 1 << 18
_TIMEOUT_S = 20.0
_TOKENIZER_CONFIG = "tokenizer_config.json"


def fetch(
    release: Release,
    folder: Path,
    *,
    mirror: str | None = None,
    progress: Progress = lambda name, done, total: None,
) -> None:
    """Fetches the release into `folder`; files that are there and unaltered are kept.

    `mirror` is a folder with the files, or its address (http, https, file), to use instead of the
    publishers. Raises ModelError if a file cannot be fetched or is not the one pinned.
    """
    if mirror and "://" not in mirror:
        mirror = Path(mirror).absolute().as_uri()
    folder.mkdir(parents=True, exist_ok=True)
    for asset in release.assets:
        url = f"{mirror.rstrip('/')}/{asset.name}" if mirror else asset.url
        if (folder / asset.name).exists():
            _check(folder / asset.name, asset, "remove it, and fetch again")
            continue
        try:
            _download(url, folder / asset.name, asset, progress)
        except (OSError, http.client.HTTPException) as error:
            raise ModelError(_by_hand(release, folder, error)) from None
    _write_json(folder / CONFIG, dict(release.config))
    _write_json(folder / _TOKENIZER_CONFIG, {"model_max_length": WINDOW})


def _by_hand(release: Release, folder: Path, error: Exception) -> str:
    """One line: why, and what to copy from where."""
    left = [asset.url for asset in release.assets if not (folder / asset.name).exists()]
    reason = error.reason if isinstance(error, urllib.error.URLError) else error
    return (
        f"cannot fetch {release.name!r} ({reason}): on a machine with a network, download "
        f"{' and '.join(left)}, copy to {folder.absolute()}, and repeat this command"
    )


def _download(url: str, target: Path, asset: Asset, progress: Progress) -> None:
    """Resumes an earlier attempt, and retries as long as each attempt makes progress."""
    part = target.with_name(target.name + ".part")
    while True:
        before = _size(part)
        try:
            _attempt(url, part, before, lambda done, total: progress(asset.name, done, total))
            break
        except urllib.error.HTTPError as error:
            error.close()
            if error.code != http.client.REQUESTED_RANGE_NOT_SATISFIABLE or before == 0:
                raise
            if _matches(part, asset):
                break
            part.unlink()
        except (OSError, http.client.HTTPException):
            if _size(part) <= before:
                raise
    try:
        _check(part, asset, "the file was discarded; fetch again, or ask who runs the server")
    except ModelError:
        part.unlink()
        raise
    part.rename(target)


def _attempt(url: str, part: Path, start: int, progress: Callable[[int, int | None], None]) -> None:
    request = urllib.request.Request(url, headers={"User-Agent": "moderator"})
    if start:
        request.add_header("Range", f"bytes={start}-")
    with urllib.request.urlopen(request, timeout=_TIMEOUT_S) as response:
        resumed = _resumes_at(response, start)
        done = start if resumed else 0
        length = response.headers.get("Content-Length")
        total = done + int(length) if length else None
        with part.open("ab" if resumed else "wb") as file:
            while block := response.read(_BLOCK_BYTES):
                file.write(block)
                done += len(block)
                progress(done, total)
    if total is not None and done < total:
        raise ConnectionError(f"the connection ended after {done} of {total} bytes")


def _resumes_at(response: Any, start: int) -> bool:
    """Whether the answer is the rest of the file rather than the whole."""
    given = re.match(r"bytes (\d+)-", response.headers.get("Content-Range", ""))
    return start > 0 and given is not None and int(given[1]) == start


def _size(part: Path) -> int:
    return part.stat().st_size if part.exists() else 0


def _matches(path: Path, asset: Asset) -> bool:
    return sha256_of(path).startswith(asset.sha256)


def _check(path: Path, asset: Asset, remedy: str) -> None:
    if not _matches(path, asset):
        raise ModelError(f"{path}: sha256 does not begin with the pinned {asset.sha256}: {remedy}")


def _write_json(path: Path, content: dict[str, Any]) -> None:
    part = path.with_name(path.name + ".part")
    part.write_text(json.dumps(content, indent=1) + "\n", "utf-8")
    part.rename(path)
