"""`moderator tune`: thresholds fitted to what people decided."""

from __future__ import annotations

import asyncio
import re
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import msgspec
import typer
from rich.table import Table

from moderator.cli.options import ConfigOption, err, exit_codes, is_terminal, out
from moderator.errors import SettingsError
from moderator.records import Action
from moderator.settings import Settings

if TYPE_CHECKING:
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

    A block is right if people blocked, a review if they did not allow. The texts are scored anew by
    the scorers of the settings. A threshold is the lowest at which what it holds is right as often
    as asked; in brackets are 95 % intervals. It never lies below what is held today, since nobody
    decides about what was let through. Labels with too little feedback are refused; ends with 1 if
    that is all of them. Nothing is changed: copy what --write wrote into the policy file.

    [bold]Examples[/bold]

      moderator tune --target precision=0.95

      moderator tune --target precision=0.8 --action review --policy strict --write fitted.toml
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
        texts = asyncio.run(_decided(settings))
        rows = _rows(policies, chosen, action, texts, wanted)
        _print(rows)
        fitted = [row for row in rows if row["fitted"] is not None]
        if write and fitted:
            write.write_text(_toml(fitted, action, target), "utf-8")
            err().print(f"written to {write}: copy it into {settings.policy}")
        if not fitted:
            raise typer.Exit(1)


def _target(text: str) -> float:
    match = _TARGET.fullmatch(text)
    if match is None or not 0.0 < float(match[1]) < 1.0:
        raise SettingsError(f"--target: {text!r} is not like precision=0.95, between 0 and 1")
    return float(match[1])


async def _decided(settings: Settings) -> list[DecidedText]:
    from moderator.feedback.decided import decided_texts, latest
    from moderator.feedback.history import history
    from moderator.metrics import Metrics
    from moderator.wiring import build_pipeline

    decisions = latest(await asyncio.to_thread(history, settings))
    if not decisions:
        raise SettingsError("nobody has decided anything yet: `moderator feedback add`")
    pipeline = build_pipeline(settings, Metrics())
    try:
        return await decided_texts(pipeline, decisions)
    finally:
        await pipeline.close()


def _rows(
    policies: Policies,
    names: Sequence[str],
    action: Action,
    texts: Sequence[DecidedText],
    target: float,
) -> list[dict[str, Any]]:
    """One row a policy and label that has a threshold for the action."""
    import numpy as np

    from moderator.evaluation.tuning import fit, precision

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
            every = np.asarray([text.scores.get(label, 0.0) for text in mine], dtype=np.float64)
            # What scores less was decided only if something else held it: not a fair sample.
            seen = every >= min(now, policy.review.get(label, now))
            scores, right_ones = every[seen], correct[seen]
            found = fit(scores, right_ones, target)
            before = precision(scores, right_ones, now)
            row: dict[str, Any] = {
                "policy": name, "label": label, "decisions": len(scores), "now": now,
                "held_now": int((scores >= now).sum()),
                "precision_now": None if before.value != before.value else list(before),
                "fitted": None, "held": None, "precision": None, "note": "",
            }  # fmt: skip
            if isinstance(found, str):
                row["note"] = f"refused: {found}"
            else:
                row["fitted"] = list(found.threshold)
                row["held"] = found.held
                row["precision"] = list(found.precision)
            rows.append(row)
    return rows


def _toml(rows: Sequence[dict[str, Any]], action: Action, target: str) -> str:
    lines = [f"# Fitted by `moderator tune --target {target} --action {action}`."]
    policy = ""
    for row in rows:
        if row["policy"] != policy:
            policy = row["policy"]
            lines += ["", f"[policies.{msgspec.json.encode(policy).decode()}.{action}]"]
        value, low, high = row["fitted"]
        share, least, most = row["precision"]
        lines.append(
            f"{row['label']} = {value:.4f}  # {low:.3f} to {high:.3f}; precision {share:.3f} "
            f"({least:.3f} to {most:.3f}) on {row['held']}; was {row['now']}"
        )
    return "\n".join(lines) + "\n"


def _print(rows: Sequence[dict[str, Any]]) -> None:
    if not is_terminal():
        for row in rows:
            typer.echo(msgspec.json.encode(row))
        return
    table = Table("policy", "label", "now", "fitted", "held", "precision", "", box=None)
    for row in rows:
        held = f"{row['held_now']:,}" + ("" if row["held"] is None else f" → {row['held']:,}")
        table.add_row(
            row["policy"], row["label"], f"{row['now']:g}", _shown(row["fitted"]), held,
            f"{_shown(row['precision_now'])} → {_shown(row['precision'])}", row["note"],
        )  # fmt: skip
    out().print(table)


def _shown(interval: Sequence[float] | None) -> str:
    if interval is None:
        return "–"
    value, low, high = interval
    return f"{value:.3f} ({low:.2f}–{high:.2f})"
