"""The entry point, before any command."""

from __future__ import annotations

import io
import sys

import pytest

from moderator.cli import main


def test_a_terminal_without_utf8_gets_escapes(monkeypatch: pytest.MonkeyPatch) -> None:
    written = io.BytesIO()
    monkeypatch.setattr(sys, "stdout", io.TextIOWrapper(written, encoding="ascii"))
    monkeypatch.setattr(main, "app", lambda: print("a \u2026 b", flush=True))
    main.main()
    assert written.getvalue() == b"a \\u2026 b\n"
