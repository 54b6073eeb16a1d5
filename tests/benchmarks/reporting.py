"""Shows what a benchmark found as a table in Markdown, and writes it as JSON."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from rich.console import Console
from rich.markdown import Markdown


def report(found: Mapping[str, Any], table: str, file: Path | None) -> None:
    """Prints the table, drawn on a terminal and as it is in a pipe; `file` takes the figures."""
    console = Console()
    console.print(Markdown(table) if console.is_terminal else table, soft_wrap=True)
    if file:
        file.write_text(json.dumps(found, indent=1) + "\n", "utf-8")
