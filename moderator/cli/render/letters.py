"""One dead letter, for a person or a program."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from rich.console import Group
from rich.panel import Panel
from rich.table import Table
from rich.text import Text

from moderator.cli.render.times import iso
from moderator.cli.render.verdicts import marked

if TYPE_CHECKING:
    from moderator.dlq.reader import DeadLetterRecord


def letter_json(letter: DeadLetterRecord, *, show_text: bool) -> dict[str, Any]:
    """What a program reads; key, value and the producer's headers only on request."""
    topic, partition, offset = letter.source
    row = {
        "partition": letter.partition,
        "offset": letter.offset,
        "time": iso(letter.time_ms),
        "stage": letter.stage,
        "reason": letter.reason,
        "message": letter.message,
        "source": {"topic": topic, "partition": partition, "offset": offset},
        "attempts": letter.attempts,
        "truncated": letter.truncated,
        "size_bytes": len(letter.value),
    }
    if show_text:
        row["key"] = None if letter.key is None else _decoded(letter.key)
        row["headers"] = [[name, _decoded(value)] for name, value in letter.headers]
        row["value"] = _decoded(letter.value)
    return row


def letter_panel(letter: DeadLetterRecord, *, show_text: bool) -> Panel:
    """What a person reads; characters that would move the cursor are replaced."""
    table = Table.grid(padding=(0, 2))
    fields = letter_json(letter, show_text=show_text)
    value = fields.pop("value", None)
    fields["source"] = "/".join(letter.source)
    for name, cell in fields.items():
        table.add_row(name.replace("_", " "), marked(str(cell), ()))
    parts: list[Table | Text] = [table]
    if value is not None:
        parts.append(marked(value, ()))
    return Panel(Group(*parts), title=f"{letter.partition}:{letter.offset}", title_align="left")


def _decoded(value: bytes) -> str:
    return value.decode("utf-8", "replace")
