"""`moderator model`: the bundled model's card, and its figures on labelled texts."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import msgspec
import typer
from rich.progress import Progress
from rich.table import Table

from moderator.cli.configure.weeks import evaluate_feedback
from moderator.cli.options import ConfigOption, err, exit_codes, is_terminal, out
from moderator.errors import SettingsError
from moderator.library import Moderator
from moderator.settings import Settings

if TYPE_CHECKING:
    from moderator.evaluation.judged import Judged
    from moderator.evaluation.labelled import Labelled
    from moderator.evaluation.measures import Correctness
    from moderator.evaluation.report import LabelFigures, Slice

app = typer.Typer(name="model", help="The bundled toxicity model.", no_args_is_help=True)

ModelOption = Annotated[
    str | None,
    typer.Option("--model", help="A bundled model's name, or a folder; default: compact."),
]


@app.command()
def info(model: ModelOption = None) -> None:
    """Print the model's card: data, procedure, figures, limits."""
    from moderator.scorers.compact.scorer import CARD, find_model, open_folder

    with exit_codes():
        card = open_folder(find_model(model)).read(CARD).decode()
        if not is_terminal():
            out().print(card, soft_wrap=True)
            return
        from rich.markdown import Markdown  # takes a fifth of a second to load

        out().print(Markdown(card))


@app.command()
def evaluate(
    file: Annotated[Path | None, typer.Argument(help="Labelled texts: .csv or .csv.gz.")] = None,
    feedback: Annotated[
        bool,
        typer.Option("--feedback", help="In place of FILE: what people decided, week by week."),
    ] = False,
    config: ConfigOption = None,
    text_column: Annotated[str | None, typer.Option(help="The column of the text.")] = None,
    label: Annotated[
        list[str] | None, typer.Option(help="LABEL=COLUMN; may be given several times.")
    ] = None,
    slices: Annotated[
        bool, typer.Option("--slices", help="Also report by length and under each evasion.")
    ] = False,
    plots: Annotated[
        Path | None, typer.Option(help="A folder for reliability and PR curves as PNG.")
    ] = None,
    model: ModelOption = None,
    threads: Annotated[int, typer.Option(min=1, help="Threads for scoring.")] = 1,
    as_json: Annotated[bool, typer.Option("--json", help="Print JSON on a terminal too.")] = False,
) -> None:
    """Measure the filter on labelled texts: AUC, F1, calibration, and what would be held.

    Texts are judged as by a worker with default settings: quotes set apart, lexicon and model,
    standard policy. F1 by label is at the model's own thresholds; held or not, at the policy's.

    With --feedback the texts that people decided about are judged again, by scorers and policies of
    the settings: how often people agreed with each action and each rule, by week of the decision,
    with 95 % intervals. A review is right unless they allowed it.

    [bold]Examples[/bold]

      moderator model evaluate comments.csv --label toxicity=toxic --plots figures

      moderator model evaluate --feedback --config moderator.toml
    """
    from moderator.evaluation.judged import judge_texts
    from moderator.evaluation.labelled import read_labelled
    from moderator.evaluation.measures import decision
    from moderator.evaluation.plots import draw
    from moderator.evaluation.report import evasion_slices, label_figures, length_slices
    from moderator.scorers.compact.scorer import CompactScorer, find_model

    with exit_codes():
        if feedback == (file is not None):
            raise SettingsError("give one of FILE and --feedback")
        if file is None:
            evaluate_feedback(config, model, as_json=as_json)
            return
        labelled = read_labelled(file, text_column, _columns(label or []))
        scorer = CompactScorer.load(find_model(model), threads)
        labelled = _scored_labels(labelled, scorer.labels, named=bool(label))
        with Moderator.from_settings(_settings(find_model(model), threads)) as moderator:
            console = err()
            with Progress(
                console=console, transient=True, disable=not console.is_terminal
            ) as progress:
                judged = judge_texts(moderator.moderate, labelled.texts, progress.track)
            figures = label_figures(labelled, judged.scores, scorer.thresholds)
            parts: list[Slice] = []
            if slices:
                first, truth = next(iter(labelled.truth.items()))
                parts = length_slices(labelled.texts, truth, judged.scores[first])
                abusive = [text for text, is_ in zip(labelled.texts, truth, strict=True) if is_]
                parts += evasion_slices(moderator.moderate, scorer.linear_logits, abusive)
        drawn = draw(labelled, judged.scores, plots) if plots else []
    held = decision(labelled.any_label(), judged.held)
    if as_json or not is_terminal():
        typer.echo(msgspec.json.encode(_as_json(figures, held, judged, parts, drawn)).decode())
        return
    out().print(_table(figures))
    out().print(
        f"held at the standard policy: {judged.held.mean():.2%} ({judged.blocked.mean():.2%} "
        f"blocked); precision {held.precision:.4f}, recall {held.recall:.4f}, F1 {held.f1:.4f}"
    )
    for part in parts:
        out().print(f"{part.name}: {part.value:.4f} of {part.size}")
    for path in drawn:
        out().print(f"written: {path}")


def _settings(model: Path, threads: int) -> Settings:
    """The defaults with this model, whatever the environment says."""
    return Settings.model_validate({"scorers": {"threads": threads, "compact": {"model": model}}})


def _scored_labels(labelled: Labelled, scored: tuple[str, ...], *, named: bool) -> Labelled:
    """Without the columns that the model does not score, unless they were asked for by name."""
    unknown = sorted(set(labelled.truth) - set(scored))
    if unknown and (named or len(unknown) == len(labelled.truth)):
        raise SettingsError(f"--label: the model does not score {', '.join(unknown)}")
    truth = {label: holds for label, holds in labelled.truth.items() if label in scored}
    return replace(labelled, truth=truth)


def _columns(pairs: list[str]) -> dict[str, str]:
    columns = dict(pair.partition("=")[::2] for pair in pairs)
    if not all(columns.values()):
        raise SettingsError("--label: write LABEL=COLUMN, such as --label toxicity=toxic")
    return columns


def _mean_auc(figures: list[LabelFigures]) -> float:
    return sum(row.auc for row in figures) / len(figures)


def _as_json(
    figures: list[LabelFigures],
    held: Correctness,
    judged: Judged,
    parts: list[Slice],
    drawn: list[Path],
) -> dict[str, object]:
    labels = {row.label: row._asdict() | {"decision": row.decision._asdict()} for row in figures}
    return {
        "mean_auc": _mean_auc(figures),
        "labels": labels,
        "held": {
            "share": float(judged.held.mean()),
            "blocked": float(judged.blocked.mean()),
            **held._asdict(),
        },
        "slices": [part._asdict() for part in parts],
        "plots": [str(path) for path in drawn],
    }


def _table(figures: list[LabelFigures]) -> Table:
    table = Table(title=f"mean AUC {_mean_auc(figures):.4f}")
    for column in ("label", "positives", "AUC", "ECE", "threshold", "precision", "recall", "F1"):
        table.add_column(column, justify="left" if column == "label" else "right")
    for row in figures:
        numbers = (row.auc, row.calibration_error, row.threshold, *row.decision)
        table.add_row(row.label, str(row.positives), *(f"{number:.4f}" for number in numbers))
    return table
