"""deploy/METRICS.md's table, made from the descriptions in `moderator.metrics`.

`python -m tests.metrics_page` writes it between its markers; a test fails if it has drifted.
"""

from __future__ import annotations

from pathlib import Path

from moderator.metrics import Metrics

PAGE = Path(__file__).parents[1] / "deploy" / "METRICS.md"
BEGIN = "<!-- metrics: made by `python -m tests.metrics_page` -->\n"
END = "<!-- /metrics -->\n"


def section() -> str:
    """A Markdown table of every metric."""
    rows = ["| metric | kind | meaning | labels |", "|---|---|---|---|"]
    for metric in Metrics().described:
        labels = "<br>".join(f"`{name}`: {values}" for name, values in metric.labels.items())
        rows.append(f"| `{metric.name}` | {metric.kind} | {metric.help} | {labels} |")
    return "\n".join(rows) + "\n"


def with_section(text: str) -> str:
    """The page with the table in its place. Raises ValueError if a marker is missing."""
    before, rest = text[: text.index(BEGIN) + len(BEGIN)], text[text.index(END) :]
    return f"{before}\n{section()}\n{rest}"


if __name__ == "__main__":
    PAGE.write_text(with_section(PAGE.read_text("utf-8")), "utf-8")
