"""`moderator verdict`: looks one verdict up by its comment's id."""

from __future__ import annotations

import asyncio
from typing import Annotated

import typer
from rich.console import Group
from rich.panel import Panel
from rich.text import Text

from moderator.cli.operate.tap import without_text
from moderator.cli.options import ConfigOption, err, exit_codes, is_terminal, out, printable
from moderator.cli.render.tables import columns
from moderator.cli.render.times import parse_time
from moderator.cli.render.verdicts import action_text, marked, reason_line
from moderator.errors import ModeratorError
from moderator.policy.stored import carried_text
from moderator.records import Verdict, to_json
from moderator.settings import Settings
from moderator.wiring import stored_verdict


def show(
    comment_id: Annotated[str, typer.Argument(metavar="ID", help="The comment's id.")],
    config: ConfigOption = None,
    since: Annotated[
        str | None, typer.Option(help="Search the topic from here, e.g. 2h or 2026-11-22T13:00Z.")
    ] = None,
    show_text: Annotated[
        bool, typer.Option("--show-text", help="Show text and author if the verdict carries them.")
    ] = False,
) -> None:
    """Look up the verdict on a comment: in Redis, then in the verdicts topic.

    The exit code is 1 if there is no verdict. The topic is read from its beginning unless --since
    is given.

    [bold]Examples[/bold]

      moderator verdict c-1

      moderator verdict c-1 --since 2h | jq .reasons
    """
    with exit_codes():
        settings = Settings.load(config)
        since_ms = parse_time(since, "--since")
        verdict = asyncio.run(stored_verdict(settings, comment_id))
        if verdict is None:
            from moderator.kafka.tap import find

            with err().status(f"searching {settings.topics.verdicts}"):
                verdict = find(settings, comment_id, since_ms)
        if verdict is None:
            places = ["Redis"] if settings.cache.backend == "redis" else []
            places.append(f"the topic {settings.topics.verdicts}")
            raise ModeratorError(
                f"no verdict on {printable(comment_id)!r} in {' or '.join(places)}: is it a dead "
                "letter (`moderator dlq show`), or still waiting (`moderator topics ls`)?"
            )
        verdict = verdict if show_text else without_text(verdict)
        if is_terminal():
            out().print(_explained(verdict))
        else:
            typer.echo(to_json(verdict))


def _explained(verdict: Verdict) -> Group:
    head = Text.assemble(action_text(verdict.action), f"  policy {verdict.policy.name}")
    head.append(f"  {verdict.scored_at}", "dim")
    for reason in verdict.reasons:
        head.append(f"\n{reason_line(reason)}")
    scores = columns("label", "score")
    for label, score in verdict.scores.items():
        scores.add_row(label, f"{score:.4f}")
    matches = columns("term", "category", "severity", "span")
    for match in verdict.matches:
        span = f"{match.start}–{match.end}"
        matches.add_row(match.term, match.category, str(match.severity), span)
    text = carried_text(verdict)
    shown = [] if text is None else [Panel(marked(text, verdict.matches), title="text")]
    return Group(head, *shown, *([matches] if verdict.matches else []), scores)
