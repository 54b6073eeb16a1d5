"""The README's section on metrics, made from `moderator.metrics.registry`.

`python -m tests.metrics_page` writes it between its markers; a test fails where it has drifted.
"""

from __future__ import annotations

from pathlib import Path

from moderator.metrics import Metrics

README = Path(__file__).parents[1] / "README.md"
BEGIN = "<!-- metrics: made by `python -m tests.metrics_page` -->\n"
END = "<!-- /metrics -->\n"


def section() -> str:
    """A Markdown table of every metric."""
    rows = ["| metric | kind | what it tells | labels |", "|---|---|---|---|"]
    for metric in Metrics().described:
        labels = "<br>".join(f"`{name}`: {values}" for name, values in metric.labels.items())
        rows.append(f"| `{metric.name}` | {metric.kind} | {metric.help} | {labels} |")
    return "\n".join(rows) + "\n"


def with_section(text: str) -> str:
    """The README with the section in its place. Raises ValueError where a marker is missing."""
    before, rest = text[: text.index(BEGIN) + len(BEGIN)], text[text.index(END) :]
    return f"{before}\n{section()}\n{rest}"


if __name__ == "__main__":
    README.write_text(with_section(README.read_text("utf-8")), "utf-8")
