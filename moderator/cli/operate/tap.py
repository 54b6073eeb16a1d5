"""`moderator tap`: follows the verdicts topic."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Annotated

import msgspec
import typer
from rich.text import Text

from moderator.cli.options import ConfigOption, exit_codes, is_terminal, notice, out
from moderator.cli.render.times import parse_time
from moderator.cli.render.verdicts import ACTION_STYLES, marked
from moderator.errors import SettingsError
from moderator.records import Action, Verdict, to_json
from moderator.scorers.registry import known_labels
from moderator.settings import Settings

_PRIVATE = ("text", "author")
_LABEL = re.compile(r"([a-z_]{1,40})(>=|>|<=|<)([0-9.]{1,10})")
_TESTS = {
    ">": float.__gt__,
    ">=": float.__ge__,
    "<": float.__lt__,
    "<=": float.__le__,
}


class Filter(msgspec.Struct, frozen=True):
    """Which verdicts are shown; all given conditions must hold."""

    actions: tuple[Action, ...] = ()
    labels: tuple[tuple[str, str, float], ...] = ()
    ids: tuple[str, ...] = ()
    communities: tuple[str, ...] = ()

    def passes(self, verdict: Verdict) -> bool:
        """Whether to show a verdict."""
        if self.actions and verdict.action not in self.actions:
            return False
        if self.ids and verdict.id not in self.ids:
            return False
        if self.communities and verdict.community not in self.communities:
            return False
        return all(
            _TESTS[sign](verdict.scores.get(label, 0.0), limit)
            for label, sign, limit in self.labels
        )


def tap(
    config: ConfigOption = None,
    action: Annotated[list[Action] | None, typer.Option(help="Only this action.")] = None,
    label: Annotated[
        list[str] | None, typer.Option(help="Only scores like 'threat>0.8'.", metavar="LABEL>X")
    ] = None,
    community: Annotated[
        list[str] | None,
        typer.Option(help="Only this community."),
    ] = None,
    comment_id: Annotated[
        list[str] | None, typer.Option("--id", help="Only this comment's verdicts.")
    ] = None,
    show_text: Annotated[
        bool, typer.Option("--show-text", help="Show text and author if verdicts carry them.")
    ] = False,
    last: Annotated[
        int, typer.Option(min=0, help="Start this many verdicts back in each partition.")
    ] = 0,
    since: Annotated[
        str | None, typer.Option(help="Start with those since then: 1h, or 2026-11-22T13:00Z.")
    ] = None,
    until_end: Annotated[
        bool, typer.Option("--until-end", help="Stop at the present end of the topic.")
    ] = False,
    count: Annotated[int | None, typer.Option(min=1, help="Stop after this many verdicts.")] = None,
) -> None:
    """Follow the verdicts topic, filtered. Other consumers are not affected.

    A line for each verdict on a terminal, JSON in a pipe. Text and author stay hidden unless
    asked for.

    [bold]Examples[/bold]

      moderator tap --action block

      moderator tap --label 'threat>0.8' --label 'toxicity>=0.5'

      moderator tap --community games --last 100 | jq .id

      moderator tap --since 1h --until-end --action block > blocked.jsonl
    """
    wanted = Filter(
        tuple(action or ()), _labels(label or ()), tuple(comment_id or ()), tuple(community or ())
    )
    from moderator.kafka.tap import Span, follow

    with exit_codes():
        settings = Settings.load(config)
        if since and last:
            raise SettingsError("--since and --last: give one of them")
        # Without a start, all that lies between the beginning and the end is meant.
        back = None if until_end and not last else last
        span = Span(back, parse_time(since, "--since"), until_end)
        left, shown = count, 0
        for verdicts in follow(settings, span):
            for verdict in verdicts:
                if verdict is None:
                    notice("skipped a record that is not a verdict", "yellow")
                    continue
                if not wanted.passes(verdict):
                    continue
                _show(verdict if show_text else without_text(verdict))
                shown += 1
                left = None if left is None else left - 1
                if left == 0:
                    return
        if not shown:
            notice("no verdict matches", "yellow")


def without_text(verdict: Verdict) -> Verdict:
    """A verdict without its comment's text and author."""
    if verdict.comment is msgspec.UNSET:
        return verdict
    carried = {key: value for key, value in verdict.comment.items() if key not in _PRIVATE}
    return msgspec.structs.replace(verdict, comment=carried)


def line(verdict: Verdict) -> Text:
    """One verdict as one line of a terminal; what users wrote cannot steer the terminal."""
    shown = Text(f"{verdict.scored_at[11:19]} ", style="dim")
    shown.append(f"{verdict.action.value:<7}", style=ACTION_STYLES[verdict.action])
    shown.append(marked(f"{verdict.id[:40]:<14} ", ()))
    reason = verdict.reasons[0] if verdict.reasons else None
    met = f" {reason.score:.2f} ≥ {reason.threshold:.2f}" if reason and reason.threshold else ""
    cause = f"{reason.rule}{met}" if reason else "–"
    shown.append(f"{cause:<34} ", style="default")
    flags = " ".join(
        name for name, set_ in (("cached", verdict.cached), ("degraded", verdict.degraded)) if set_
    )
    shown.append(f"{flags:<9}", style="dim")
    text = _carried(verdict).get("text")
    if isinstance(text, str):
        shown.append(marked(text.replace("\n", " "), verdict.matches))
    return shown


def _show(verdict: Verdict) -> None:
    if is_terminal():
        out().print(line(verdict), overflow="ellipsis", no_wrap=True)
    else:
        typer.echo(to_json(verdict))


def _carried(verdict: Verdict) -> dict[str, object]:
    return {} if verdict.comment is msgspec.UNSET else verdict.comment


def _labels(given: Sequence[str]) -> tuple[tuple[str, str, float], ...]:
    items = []
    labels = known_labels()
    for text in given:
        match = _LABEL.fullmatch(text.replace(" ", ""))
        if match is None or match[1] not in labels:
            raise typer.BadParameter(
                f"{text!r}: give LABEL>NUMBER, such as threat>0.8; labels: {', '.join(labels)}"
            )
        try:
            items.append((match[1], match[2], float(match[3])))
        except ValueError:
            raise typer.BadParameter(f"{text!r}: {match[3]!r} is not a number") from None
    return tuple(items)
