"""`moderator tune`: thresholds fitted to what people decided."""

from __future__ import annotations

import asyncio
import re
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import msgspec
import typer

from moderator.cli.configure.weeks import decided
from moderator.cli.options import ConfigOption, exit_codes, is_terminal, notice, out
from moderator.cli.render.tables import columns
from moderator.errors import SettingsError
from moderator.records import Action
from moderator.settings import Settings

if TYPE_CHECKING:
    from moderator.evaluation.tuning import Floats
    from moderator.evaluation.wilson import Interval
    from moderator.feedback.decided import DecidedText
    from moderator.policy import Policies

_TARGET = re.compile(r"precision=(0\.\d{1,4})")


def tune(
    target: Annotated[
        str, typer.Option(help="Such as precision=0.95: how often an action must be right.")
    ],
    config: ConfigOption = None,
    action: Annotated[
        Action, typer.Option(help="Whose thresholds: block, or review.")
    ] = Action.BLOCK,
    policy: Annotated[list[str] | None, typer.Option(help="Only this policy.")] = None,
    write: Annotated[
        Path | None, typer.Option(help="Write the fitted thresholds to this TOML file.")
    ] = None,
) -> None:
    """Fit thresholds per policy and label to what people decided, and say what would change.

    A block is right if people blocked, a review if they did not allow. The texts are scored again
    by the scorers of the settings. The fitted threshold is the lowest with the target precision;
    95 % intervals are in brackets. It is never below what is held today, since nobody decides about
    what was let through. Labels with too few decisions are refused; the exit code is 1 if all are.
    Nothing is changed: copy what --write wrote into the policy file.

    [bold]Examples[/bold]

      moderator tune --target precision=0.95

      moderator tune --target precision=0.8 --action review --write fitted.toml
    """
    with exit_codes():
        wanted = _target(target)
        if action is Action.ALLOW:
            raise SettingsError("--action: review or block")
        # The memory cache: verdicts that applications look up must stay as they are.
        settings = Settings.load(config, {"cache": {"backend": "memory"}})
        from moderator.policy import Policies

        policies = Policies.load(settings.policy)
        chosen = policy or sorted(policies.by_name)
        for name in chosen:
            policies.named(name)
        texts = asyncio.run(decided(settings))
        rows = _rows(policies, chosen, action, texts, wanted)
        _print(rows)
        fitted = any(row.fitted for row in rows)
        if write and fitted:
            write.write_text(_toml(rows, action, target), "utf-8")
            notice(f"written to {write}: copy it into {settings.policy}")
        if not fitted:
            raise typer.Exit(1)


def _target(text: str) -> float:
    match = _TARGET.fullmatch(text)
    if match is None or float(match[1]) == 0.0:
        raise SettingsError(f"--target: {text!r} is not like precision=0.95, between 0 and 1")
    return float(match[1])


class _Row(msgspec.Struct):
    """A label's threshold today and as fitted; `fitted`, `held`, `precision` None if refused."""

    policy: str
    label: str
    decisions: int
    now: float
    held_now: int
    precision_now: Interval | None
    fitted: Interval | None = None
    held: int | None = None
    precision: Interval | None = None
    note: str = ""


def _rows(
    policies: Policies,
    names: Sequence[str],
    action: Action,
    texts: Sequence[DecidedText],
    target: float,
) -> list[_Row]:
    """One row for each policy and label that has a threshold for the action."""
    import numpy as np

    rows = []
    for name in names:
        policy = policies.named(name)
        mine = [text for text in texts if text.policy == name]
        if action is Action.BLOCK:
            given, right = policy.block, [text.action is Action.BLOCK for text in mine]
        else:
            given, right = policy.review, [text.action is not Action.ALLOW for text in mine]
        correct = np.asarray(right, dtype=np.float64)
        for label, now in given.items():
            scores = np.asarray([text.scores.get(label, 0.0) for text in mine], dtype=np.float64)
            # What scores less was decided only if something else held it: not a fair sample.
            seen = scores >= min(now, policy.review.get(label, now))
            rows.append(_row(name, label, now, scores[seen], correct[seen], target))
    return rows


def _row(policy: str, label: str, now: float, scores: Floats, right: Floats, target: float) -> _Row:
    from moderator.evaluation.tuning import fit, precision

    held_now = int((scores >= now).sum())
    precision_now = precision(scores, right, now) if held_now else None
    row = _Row(policy, label, len(scores), now, held_now, precision_now)
    threshold = fit(scores, right, target)
    if isinstance(threshold, str):
        row.note = f"refused: {threshold}"
    else:
        row.fitted, row.precision, row.held = threshold
    return row


def _toml(rows: Sequence[_Row], action: Action, target: str) -> str:
    lines = [f"# Fitted by `moderator tune --target {target} --action {action}`."]
    policy = ""
    for row in rows:
        if row.fitted is None or row.precision is None:
            continue
        if row.policy != policy:
            policy = row.policy
            lines += ["", f"[policies.{msgspec.json.encode(policy).decode()}.{action}]"]
        value, low, high = row.fitted
        share, least, most = row.precision
        lines.append(
            f"{row.label} = {value:.4f}  # {low:.3f} to {high:.3f}; precision {share:.3f} "
            f"({least:.3f} to {most:.3f}) on {row.held}; was {row.now}"
        )
    return "\n".join(lines) + "\n"


def _print(rows: Sequence[_Row]) -> None:
    if not is_terminal():
        for row in rows:
            typer.echo(msgspec.json.encode(row))
        return
    table = columns("policy", "label", "now", "fitted", "held", "precision", "")
    for row in rows:
        held = f"{row.held_now:,}"
        if row.held is not None:
            held += f" → {row.held:,}"
        table.add_row(
            row.policy, row.label, f"{row.now:g}", _shown(row.fitted), held,
            f"{_shown(row.precision_now)} → {_shown(row.precision)}", row.note,
        )  # fmt: skip
    out().print(table)


def _shown(interval: Interval | None) -> str:
    if interval is None:
        return "–"
    value, low, high = interval
    return f"{value:.3f} ({low:.2f}–{high:.2f})"
