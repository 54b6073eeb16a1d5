"""A certificate authority of the tests' own, and certificates for localhost, by `openssl`."""

from __future__ import annotations

import shutil
import subprocess
from dataclasses import dataclass
from pathlib import Path

from tests.servers import missing


@dataclass(frozen=True)
class Certificates:
    """PEM files: the authority's certificate, and a server's key with its chain."""

    ca: Path
    server: Path
    other_ca: Path
    """An authority that signed nothing."""


def make_certificates(folder: Path) -> Certificates:
    """Make all of them; calls `missing` if there is no openssl."""
    if shutil.which("openssl") is None:
        missing("no openssl on PATH")
    ca, other = folder / "ca.crt", folder / "other.crt"
    key, request, certificate = (folder / f"server.{end}" for end in ("key", "csr", "crt"))
    for name in (ca, other):
        _openssl(
            "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "2",
            "-subj", f"/CN={name.stem}",
            "-addext", "basicConstraints=critical,CA:TRUE", "-addext", "keyUsage=keyCertSign",
            "-keyout", str(name.with_suffix(".key")), "-out", str(name),
        )  # fmt: skip
    _openssl(
        "req", "-newkey", "rsa:2048", "-nodes", "-subj", "/CN=localhost",
        "-addext", "subjectAltName=DNS:localhost", "-keyout", str(key), "-out", str(request),
    )  # fmt: skip
    _openssl(
        "x509", "-req", "-in", str(request), "-CA", str(ca), "-CAkey", str(ca.with_suffix(".key")),
        "-CAcreateserial", "-days", "2", "-copy_extensions", "copy", "-out", str(certificate),
    )  # fmt: skip
    chain = folder / "server.pem"
    chain.write_text(key.read_text() + certificate.read_text() + ca.read_text())
    return Certificates(ca, chain, other)


def _openssl(*arguments: str) -> None:
    subprocess.run(["openssl", *arguments], check=True, capture_output=True, timeout=60)
