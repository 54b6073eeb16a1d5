"""`moderator score`: one text, explained."""

from __future__ import annotations

import sys
from typing import Annotated

import typer
from msgspec import UNSET
from rich.console import Group
from rich.panel import Panel
from rich.table import Table
from rich.text import Text

from moderator.cli.judge.in_force import known_policies
from moderator.cli.options import (
    ConfigOption,
    FailOn,
    end_if_held,
    exit_codes,
    is_terminal,
    notice,
    out,
)
from moderator.cli.render.tables import columns
from moderator.cli.render.verdicts import action_text, marked, reason_line, scores_table
from moderator.errors import SettingsError
from moderator.library import Moderator
from moderator.metrics import Metrics
from moderator.policy import Policy
from moderator.quoting.document import Document
from moderator.records import Comment, Verdict, to_json
from moderator.settings import Settings
from moderator.wiring import build_pipeline


def score(
    text: Annotated[str | None, typer.Argument(help="The text; default: standard input.")] = None,
    config: ConfigOption = None,
    community: Annotated[str | None, typer.Option(help="Judge by this community's policy.")] = None,
    as_json: Annotated[bool, typer.Option("--json", help="Print JSON on a terminal too.")] = False,
    censor: Annotated[
        bool, typer.Option("--censor", help="Print the text with its matches masked.")
    ] = False,
    mask: Annotated[str, typer.Option(help="Replacement character for --censor.")] = "*",
    fail_on: FailOn = None,
) -> None:
    """Explain one text: matches in place, every score, the rule that decided.

    [bold]Examples[/bold]

      moderator score "American here. Yes. Fuck with us. Please."

      echo "some text" | moderator score --json

      moderator score --censor "what the fuck"
    """
    with exit_codes():
        settings = Settings.load(config)
        if text is None:
            text = _standard_input(settings.stream.max_text_bytes)
        comment = Comment(id="score", text=text, community=community)
        policies = known_policies(settings)[-1]
        pipeline = build_pipeline(settings, Metrics(), lazy=True, policies=policies)
        with Moderator(pipeline) as moderator:
            verdict = moderator.moderate([comment])[0]
        if censor:
            typer.echo(verdict.censored(mask))
        elif as_json or not is_terminal():
            typer.echo(to_json(verdict))
        else:
            policy, _ = policies.of(community)
            out().print(_explained(text, verdict, policy))
    end_if_held(fail_on, [verdict.action])


def _standard_input(max_bytes: int) -> str:
    if sys.stdin.isatty():
        notice("type the text; Ctrl-D on a line of its own ends it", "dim")
    data = sys.stdin.buffer.read(max_bytes + 1)
    if len(data) > max_bytes:
        raise SettingsError(f"standard input: over {max_bytes} bytes (stream.max_text_bytes)")
    try:
        text = data.decode("utf-8").rstrip("\n")
    except UnicodeDecodeError as error:
        raise SettingsError(f"standard input: is not UTF-8 at byte {error.start}") from None
    if not text:
        raise SettingsError("standard input is empty: nothing to judge")
    return text


def _explained(text: str, verdict: Verdict, policy: Policy) -> Group:
    charged = verdict.with_quotes if policy.quoted == "charge" else UNSET
    of_what = "score with what is quoted" if charged else "score"
    scores = scores_table(verdict, charged or verdict.scores, policy, of_what)
    matches = columns("found", "term", "category", "severity", "span", "")
    for match in verdict.matches:
        notes = [word for word in ("evasive", "quoted") if getattr(match, word)]
        matches.add_row(
            repr(text[match.start : match.end]), match.term, match.category, str(match.severity),
            f"{match.start}–{match.end}", ", ".join(notes),
        )  # fmt: skip
    head = Text.assemble(action_text(verdict.action), "  ", f"policy {verdict.policy.name}")
    for reason in verdict.reasons:
        head.append(f"\n{reason_line(reason)}")
    parts: list[Text | Panel | Table] = [Panel(marked(text, verdict.matches), title="text")]
    document = Document.of(text)
    if document.unquoted_text != text and not charged:
        parts.append(Panel(Text(document.unquoted_text), title="own words, the quoted left out"))
    if verdict.matches:
        parts.append(matches)
    return Group(head, *parts, scores)
