"""`moderator calibrate`: maps our scores to the scale of the service that one migrates from."""

from __future__ import annotations

import importlib.util
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import msgspec
import typer
from rich.progress import Progress
from rich.table import Table

from moderator.cli.options import ConfigOption, err, exit_codes, is_terminal, notice, out
from moderator.errors import ExtraMissingError, SettingsError
from moderator.library import Moderator
from moderator.settings import Settings

if TYPE_CHECKING:
    from moderator.api.perspective.fit import Fit
    from moderator.records import Verdict

_BATCH = 64


def calibrate(
    perspective: Annotated[
        Path, typer.Option(help="Texts with Perspective's scores: .csv or .jsonl, also .gz.")
    ],
    output: Annotated[Path, typer.Option(help="Where to write the map.")] = Path("map.json"),
    config: ConfigOption = None,
    column: Annotated[
        list[str] | None,
        typer.Option(help="ATTRIBUTE=COLUMN, unless columns are called like attributes."),
    ] = None,
    as_json: Annotated[bool, typer.Option("--json", help="JSON on a terminal, too.")] = False,
) -> None:
    """Fit a map from our scores to Perspective's, so that your thresholds keep their meaning.

    For each attribute of your log the map lets a threshold hold as large a share of texts as it
    did there. `agree` is how often both decide alike, on texts that the map was not fitted to.
    Name the file in `serve.perspective_map`.

    [bold]Examples[/bold]

      moderator calibrate --perspective log.jsonl --output map.json

      moderator calibrate --perspective log.csv --column TOXICITY=score
    """
    with exit_codes():
        if importlib.util.find_spec("starlette") is None:
            raise ExtraMissingError("moderator calibrate", "serve")
        from moderator.api.perspective.fit import LEAST_ROWS, fit
        from moderator.api.perspective.log import read_log
        from moderator.api.perspective.scores import ScoreMap

        rows = list(read_log(perspective, _columns(column or [])))
        verdicts = _judge(Settings.load(config), [row.text for row in rows])
        fits = fit(rows, verdicts)
        if not fits:
            raise SettingsError(
                f"{perspective}: no attribute with {LEAST_ROWS} scores: name its column "
                "with --column TOXICITY=COLUMN, or bring more rows"
            )
        made = ScoreMap(
            verdicts[0].scorer.version, {fitted.attribute: fitted.knots for fitted in fits}
        )
        output.write_bytes(msgspec.json.format(msgspec.json.encode(made), indent=1) + b"\n")
        if as_json or not is_terminal():
            for fitted in fits:
                typer.echo(msgspec.json.encode(_figures(fitted)).decode())
        else:
            for fitted in fits:
                out().print(_table(fitted))
        notice(f"written: {output} (serve.perspective_map)")


def _judge(settings: Settings, texts: list[str]) -> list[Verdict]:
    console = err()
    verdicts: list[Verdict] = []
    bar = Progress(console=console, transient=True, disable=not console.is_terminal)
    with Moderator.from_settings(settings) as moderator, bar:
        for start in bar.track(range(0, len(texts), _BATCH), description="scoring"):
            verdicts += moderator.moderate(texts[start : start + _BATCH])
    return verdicts


def _columns(pairs: list[str]) -> dict[str, str]:
    from moderator.api.perspective.attributes import ATTRIBUTES

    columns = dict(pair.partition("=")[::2] for pair in pairs)
    if not all(columns.values()) or not columns.keys() <= ATTRIBUTES.keys():
        known = ", ".join(ATTRIBUTES)
        raise SettingsError(f"--column: write ATTRIBUTE=COLUMN; attributes: {known}")
    return columns


def _figures(fitted: Fit) -> dict[str, object]:
    return {
        "attribute": fitted.attribute,
        "rows": fitted.rows,
        "rank_correlation": fitted.correlation,
        "thresholds": [
            {
                "theirs": before.threshold,
                "ours": fitted.ours_at(before.threshold),
                "share_theirs": before.theirs,
                "share_before": before.ours,
                "share_after": after.ours,
                "agree_before": before.agree,
                "agree_after": after.agree,
            }
            for before, after in zip(fitted.before, fitted.after, strict=True)
        ],
    }


def _table(fitted: Fit) -> Table:
    table = Table(
        title=f"{fitted.attribute}: {fitted.rows} rows, rank correlation {fitted.correlation:.3f}"
    )
    for name in ("Perspective's", "ours", "held by theirs", "before", "after",
                 "agree before", "after"):  # fmt: skip
        table.add_column(name, justify="right")
    for before, after in zip(fitted.before, fitted.after, strict=True):
        shares = (before.theirs, before.ours, after.ours, before.agree, after.agree)
        table.add_row(
            f"{before.threshold:.2f}",
            f"{fitted.ours_at(before.threshold):.3f}",
            *(f"{share:.2%}" for share in shares),
        )
    return table
