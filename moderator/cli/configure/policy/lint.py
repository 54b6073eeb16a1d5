"""`moderator policy lint`: errors of a policy file, and what in it can have no effect."""

from __future__ import annotations

from collections import Counter
from pathlib import Path
from typing import Annotated

import msgspec
import typer
from rich.text import Text

from moderator.cli.configure.policy.sample import score_texts
from moderator.cli.options import (
    ConfigOption,
    exit_codes,
    is_terminal,
    notice,
    out,
    printable,
    report_bad_row,
)
from moderator.cli.render.tables import columns
from moderator.labels import LABELS
from moderator.lexicon import load_lexicon
from moderator.messages.words import counted
from moderator.policy import Policies
from moderator.policy.checking.lint import LintFinding, lint_policies, never_fired
from moderator.policy.checking.terms import names_terms, unknown_terms
from moderator.policy.explaining.firing import fired
from moderator.policy.files import read_bundle
from moderator.policy.subject import Subject
from moderator.replay.files import open_rows
from moderator.replay.rows import Columns
from moderator.settings import Settings


def lint(
    policy: Annotated[
        Path | None, typer.Argument(help="The policy file; default: the settings'.")
    ] = None,
    config: ConfigOption = None,
    sample: Annotated[
        list[str] | None,
        typer.Option(help="Comments as `replay` reads them: name rules that none of them fires."),
    ] = None,
    strict: Annotated[bool, typer.Option("--strict", help="End with 1 on a warning.")] = False,
) -> None:
    """Report faults of a policy file, and rules, lists and policies that can have no effect.

    Faults for which the file would be refused end with exit code 2.

    [bold]Examples[/bold]

      moderator policy lint policy.toml

      moderator policy lint --sample yesterday.jsonl.gz --strict
    """
    with exit_codes():
        settings = Settings.load(config, {"policy": policy} if policy else None)
        scorers = set(settings.scorers.use)
        labels = [name for name, label in LABELS.items() if scorers & {*label.sources}]
        own = scorers <= {source for label in LABELS.values() for source in label.sources}
        policies, findings = lint_policies(read_bundle(settings.policy), labels if own else ())
        if policies is not None and "lexicon" in scorers and names_terms(policies):
            lexicon = load_lexicon(settings.scorers.lexicons, settings.scorers.shipped_lexicons)
            findings += unknown_terms(policies, lexicon)
        if policies is not None and sample:
            findings += _sampled(settings, policies, sample)
        _show(findings)
    if any(finding.is_error for finding in findings):
        raise typer.Exit(2)
    if strict and findings:
        raise typer.Exit(1)


def _sampled(settings: Settings, policies: Policies, files: list[str]) -> list[LintFinding]:
    """Rules that no comment of the files fires, of the policies that judge any of them."""
    columns = Columns(max_text_bytes=settings.stream.max_text_bytes)
    comments = []
    for row in open_rows(files, None, columns):
        if row.comment is not None:
            comments.append(row.comment)
        elif row.error is not None:
            report_bad_row(row.error)
    counts: dict[str, Counter[str]] = {}
    texts = [comment.text for comment in comments]
    for comment, scored in zip(comments, score_texts(settings, texts), strict=True):
        place = policies.place_of(comment.community)
        own = place.lexicon.apply(scored, comment.text) if place.lexicon else scored
        subject = Subject(
            comment.text,
            community=comment.community,
            context=comment.context,
            lists=policies.matcher,
        )
        names = (rule.name for rule in fired(place.policy, own, subject))
        counts.setdefault(place.component.name, Counter()).update(names)
    return never_fired(policies, counts, len(comments))


def _show(findings: list[LintFinding]) -> None:
    if not is_terminal():
        for finding in findings:
            typer.echo(msgspec.json.encode(finding))
        notice(counted(len(findings), "finding"))
        return
    table = columns("", "where", "what")
    for finding in findings:
        style = "red" if finding.is_error else "yellow"
        table.add_row(
            Text(finding.kind.replace("_", " "), style),
            printable(finding.where),
            printable(finding.message),
        )
    out().print(table if findings else Text("no findings", "green"))
