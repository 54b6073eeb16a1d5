"""The report of a backtest as one HTML page that loads nothing from elsewhere."""

from __future__ import annotations

import base64
import hashlib
from collections.abc import Iterable, Iterator
from html import escape
from pathlib import Path

from moderator import http
from moderator.backtest.findings import Findings, Totals
from moderator.cli.options import printable
from moderator.cli.render.changes import moved_scores
from moderator.evaluation.wilson import Interval
from moderator.records import Action, Component
from moderator.replay.diff import Change

_PAGE = """<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; \
style-src 'sha256-{digest}'; img-src data:; base-uri 'none'; form-action 'none'">
<meta name="referrer" content="no-referrer">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>moderator: backtest</title>
<link rel="icon" href="data:,">
<style>{style}</style>
</head>
<body>
{body}
</body>
</html>
"""


def page(findings: Findings, name: str) -> str:
    """The page of what a backtest of the file `name` found. All that users wrote is escaped."""
    files = Path(http.__file__).with_name("dashboard.css"), Path(__file__).with_name("page.css")
    style = "".join(file.read_text("utf-8") for file in files)
    digest = base64.b64encode(hashlib.sha256(style.encode()).digest()).decode()
    return _PAGE.format(digest=digest, style=style, body="\n".join(_parts(findings, name)))


def _parts(findings: Findings, name: str) -> Iterator[str]:
    totals = findings.totals
    yield f"<header><h1>Backtest of {_text(name)}</h1><p>{_versions(totals)}</p></header>"
    yield from _tiles(totals)
    if totals.undecided:
        yield "<ul id=trouble>"
        for why, number in totals.undecided.items():
            yield f"<li>{number:,} not decided: {_text(why)}</li>"
        yield "</ul>"
    yield _table("Actions: before in rows, after in columns", ("", *Action), _matrix(totals))
    if any(row.community is not None for row in findings.communities):
        yield _table(
            "Communities, those with the most changes first",
            ("community", "comments", "changed", "share changed", "held before", "held after"),
            (
                (
                    _text("without one" if row.community is None else row.community),
                    f"{row.compared:,}", f"{row.changed:,}", _percent(row.changed_share),
                    _percent(row.held_before), _percent(row.held_after),
                )
                for row in findings.communities
            ),
        )  # fmt: skip
    yield _table(
        "Rules and labels that decided, those with the most changes first",
        ("rule", "before", "after", "gained", "lost", "share before", "share after"),
        (
            (
                _text(row.rule), f"{row.before:,}", f"{row.after:,}", f"+{row.gained:,}",
                f"−{row.lost:,}", _percent(row.share_before), _percent(row.share_after),
            )
            for row in findings.rules
        ),
    )  # fmt: skip
    if findings.sample:
        drawn = f"{len(findings.sample):,} of {totals.changed:,}"
        yield f"<h2>{drawn} changes, drawn from each kind</h2>"
        yield from _sample(findings.sample)
    yield "<footer>Shares have 95 % intervals (Wilson).</footer>"


def _tiles(totals: Totals) -> Iterator[str]:
    yield '<dl class="tiles">'
    for name, value, below in (
        ("compared", f"{totals.compared:,}", ""),
        ("changed", f"{totals.changed:,}", _percent(totals.changed_share)),
        ("held before", f"{100 * totals.held_before.value:.2f} %", _interval(totals.held_before)),
        ("held after", f"{100 * totals.held_after.value:.2f} %", _interval(totals.held_after)),
        ("texts scored for this", f"{totals.scored:,}", ""),
        ("decided by a person, kept", f"{totals.by_people:,}", ""),
        ("not decided", f"{sum(totals.undecided.values()):,}", ""),
        ("bad rows", f"{totals.bad_rows:,}", ""),
    ):
        yield f"<div><dt>{name}</dt><dd>{value}</dd>{below}</div>"
    yield "</dl>"


def _matrix(totals: Totals) -> Iterator[tuple[str, ...]]:
    for old in Action:
        numbers = (totals.actions.get(f"{old}→{new}", 0) for new in Action)
        yield f"<span class={old}>{old}</span>", *(f"{number:,}" for number in numbers)


def _table(caption: str, head: Iterable[str], rows: Iterable[Iterable[str]]) -> str:
    """A table of cells that are HTML already; the first of a row heads it."""
    columns = "".join(f"<th scope=col>{name}</th>" for name in head)
    body = "".join(
        f"<tr><th scope=row>{first}</th>{''.join(f'<td>{cell}</td>' for cell in rest)}</tr>"
        for first, *rest in rows
    )
    return (
        f'<div class="card"><table><caption>{caption}</caption>'
        f"<thead><tr>{columns}</tr></thead><tbody>{body}</tbody></table></div>"
    )


def _sample(changes: Iterable[Change]) -> Iterator[str]:
    kinds = {
        "id": "id", "community": "id", "change": "id", "rules before": "rule",
        "rules after": "rule", "scores": "id", "text": "text",
    }  # fmt: skip
    head = "".join(f"<th scope=col class={kind}>{name}</th>" for name, kind in kinds.items())
    yield f'<div class="card"><table><thead><tr>{head}</tr></thead><tbody>'
    for row in changes:
        arrow = f"<span class={row.before}>{row.before}</span> → "
        arrow += f"<span class={row.after}>{row.after}</span>"
        cells = (
            _text(row.id), _text(row.community or ""), arrow, _text(", ".join(row.rules_before)),
            _text(", ".join(row.rules_after)), _text(", ".join(moved_scores(row))),
            _text(row.text or ""),
        )  # fmt: skip
        columns = zip(kinds.values(), cells, strict=True)
        yield "<tr>" + "".join(f"<td class={kind}>{cell}</td>" for kind, cell in columns) + "</tr>"
    yield "</tbody></table></div>"


def _versions(totals: Totals) -> str:
    before = _components(totals.before) or "what was decided"
    return f"{before} → {_components(totals.after)}"


def _components(components: Iterable[Component]) -> str:
    return _text(", ".join(f"{component.name} {component.version}" for component in components))


def _percent(share: Interval) -> str:
    return f"{100 * share.value:.2f} % {_interval(share)}"


def _interval(share: Interval) -> str:
    return f'<span class="interval">({100 * share.low:.2f}–{100 * share.high:.2f})</span>'


def _text(text: str) -> str:
    """What users wrote, as HTML; characters that would steer a page or a terminal are replaced."""
    return escape(printable(text))
