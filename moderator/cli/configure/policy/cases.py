"""`moderator policy test`: cases with what is expected of them, run against a policy."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from time import perf_counter
from typing import Annotated

import msgspec
import typer
from rich.text import Text

from moderator.cli.configure.policy.sample import score_texts
from moderator.cli.options import ConfigOption, err, exit_codes, is_terminal, out, printable
from moderator.policy import Policies
from moderator.policy.authors import author_hash
from moderator.policy.checking.cases import Case, CaseOutcome, find_cases, outcome, read_cases
from moderator.policy.decider import Decider
from moderator.records import Scored
from moderator.settings import Settings

PolicyOption = Annotated[
    Path | None, typer.Option("--policy", "-p", help="The policy file; default: the settings'.")
]


def run_cases(
    cases: Annotated[
        list[Path] | None,
        typer.Argument(help="Files of cases, or folders; default: those beside the policy."),
    ] = None,
    policy: PolicyOption = None,
    config: ConfigOption = None,
    junit_file: Annotated[
        Path | None, typer.Option("--junit", help="Write JUnit XML here, for a CI.")
    ] = None,
) -> None:
    """Run the cases in *.cases.toml against a policy; end with 1 if one fails.

    A case is a comment and what is expected: its action, and if wanted a label or a rule among the
    reasons. Cases that bring their own scores need no model.

    [bold]Examples[/bold]

      moderator policy test

      moderator policy test games.cases.toml --policy new.toml --junit report.xml
    """
    with exit_codes():
        settings = Settings.load(config, {"policy": policy} if policy else None)
        start = perf_counter()
        policies = Policies.load(settings.policy)
        selected = [
            case
            for file in find_cases(cases or (), settings.policy)
            for case in read_cases(file, policies)
        ]
        texts = [case.text for case in selected if case.scores is None]
        scored = iter(score_texts(settings, texts))
        secret = settings.cache.secret.get_secret_value()
        outcomes = decided(
            selected, [case.scored or next(scored) for case in selected], policies, secret
        )
        if junit_file:
            from moderator.policy.checking.junit import junit

            junit_file.write_bytes(junit(outcomes, perf_counter() - start))
        _show(outcomes)
    if any(outcome.faults for outcome in outcomes):
        raise typer.Exit(1)


def decided(
    cases: Sequence[Case], scored: Sequence[Scored], policies: Policies, secret: str
) -> list[CaseOutcome]:
    """What becomes of each case with what the scorers found in it."""
    deciders = {
        name: Decider(policies if name is None else policies.under(name), secret)
        for name in {case.policy for case in cases}
    }
    outcomes = []
    for number, (case, result) in enumerate(zip(cases, scored, strict=True)):
        decided = deciders[case.policy].decide(str(number), case.text, case.comment, result)
        author = None if case.author is None else author_hash(case.author, secret)
        outcomes.append(outcome(case, decided, policies, author))
    return outcomes


def _show(outcomes: Sequence[CaseOutcome]) -> None:
    failed = [outcome for outcome in outcomes if outcome.faults]
    if not is_terminal():
        for outcome in outcomes:
            typer.echo(msgspec.json.encode(outcome))
    else:
        for outcome in failed:
            out().print(_report(outcome))
    passed = len(outcomes) - len(failed)
    console = out() if is_terminal() else err()
    style = "red" if failed else "green"
    console.print(Text(f"{passed} passed, {len(failed)} failed", style))


def _report(outcome: CaseOutcome) -> Text:
    text = Text.assemble(("FAILED ", "bold red"), (printable(outcome.name), "bold"))
    text.append(f"  {outcome.where}\n", "dim")
    for fault in outcome.faults:
        text.append(f"  {printable(fault)}\n", "red")
    text.append(f"  text    {printable(outcome.text)[:500]}\n")
    text.append(f"  policy  {outcome.policy}\n")
    text.append(f"  reasons {', '.join(outcome.reasons) or 'none'}\n")
    scores = (f"{label} {score:.2f}" for label, score in outcome.scores.items())
    text.append(f"  scores  {', '.join(scores) or 'none'}\n")
    for near in outcome.nearly:
        text.append(f"  nearly  {printable(near)}\n")
    return text
