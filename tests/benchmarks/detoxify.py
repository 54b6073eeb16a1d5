"""Detoxify's own `predict` compared with our scorer, on a checkpoint of BERT-base's shape.

    python -m tests.benchmarks.detoxify [--quick] [--json FILE] [--comments FILE]

The weights are random, with BERT's vocabulary: they cost what the released ones cost. The texts
are the seed file's lines, and comments of natural length: from `--comments` (CSV with
`comment_text`, or one a line), or else made from the seed file's words, as long as Wikipedia's talk
comments are (log-normal, median 36 words). Ours reads a text to its end; Detoxify's stops after 512
tokens. Times are the best of some rounds in which every way has its turn, so that what else the
machine does hits all alike.
"""

from __future__ import annotations

import argparse
import json
import os
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any, NamedTuple

import torch
import transformers
from detoxify import Detoxify as Original
from tokenizers import Tokenizer

from moderator.quoting.document import Document
from moderator.scorers.compact.scorer import BUNDLED
from moderator.scorers.detoxify import DetoxifyScorer
from moderator.scorers.detoxify.conversion.convert import convert
from moderator.scorers.detoxify.releases import RELEASES
from moderator.settings import Detoxify
from tests.benchmarks.texts import comments, seed_lines

LABELS = ["toxic", "severe_toxic", "obscene", "threat", "insult", "identity_hate"]
BATCH = 32
DETOXIFY = ("detoxify, one by one", f"detoxify, batches of {BATCH}")
INT8 = "ours, ONNX int8"

Way = Callable[[Sequence[str]], object]


class Spent(NamedTuple):
    """What a run took."""

    wall_s: float
    cpu_s: float


class Load(NamedTuple):
    """How much a run does."""

    comments: int
    rounds: int


FULL, QUICK = Load(comments=192, rounds=2), Load(comments=16, rounds=2)
"""One comment in forty is longer than Detoxify reads, and costs ours much: few texts mislead."""


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--quick", action="store_true", help="fewer texts, one round")
    parser.add_argument("--json", type=Path, help="where to write the figures")
    parser.add_argument("--comments", type=Path, help="comments instead of made ones")
    parser.add_argument("--threads", type=int, default=len(os.sched_getaffinity(0)))
    options = parser.parse_args()
    load = QUICK if options.quick else FULL
    torch.set_num_threads(options.threads)
    sets = {"seed lines": seed_lines(), "natural mix": comments(options.comments, load.comments)}
    with checkpoint() as folder:
        convert(folder, report=print)
        ways = make_ways(folder, options.threads)
        times = {name: timed(ways, texts, load.rounds) for name, texts in sets.items()}
    faster = {name: over_detoxify(spent, "wall_s") for name, spent in times.items()}
    leaner = {name: over_detoxify(spent, "cpu_s") for name, spent in times.items()}
    show(sets, times, faster, leaner, options.threads)
    if options.json:
        ratios = {
            f"int8_vs_detoxify_{name.replace(' ', '_')}": r[INT8] for name, r in faster.items()
        }
        figures = {
            "ratios": {"int8_vs_detoxify": min(ratios.values()), **ratios},
            "cpu_ratios": {name: r[INT8] for name, r in leaner.items()},
            "seconds": {
                name: {way: t._asdict() for way, t in of.items()} for name, of in times.items()
            },
            "texts": {name: len(texts) for name, texts in sets.items()},
            "threads": options.threads,
        }
        options.json.write_text(json.dumps(figures, indent=1) + "\n", "utf-8")


@contextmanager
def checkpoint() -> Iterator[Path]:
    """A folder with a BERT-base of random weights in Detoxify's format, and BERT's vocabulary."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        vocabulary = Tokenizer.from_file(str(BUNDLED / "tokenizer.json")).get_vocab()
        words = sorted(vocabulary, key=vocabulary.__getitem__)
        (folder / "vocab.txt").write_text("\n".join(words), "utf-8")
        (folder / "tokenizer_config.json").write_text('{"model_max_length": 512}', "utf-8")
        bert: Any = transformers
        config = bert.BertConfig(**RELEASES["original"].config, num_labels=len(LABELS))
        config.save_pretrained(folder)
        torch.manual_seed(7)
        arch = {
            "model_type": name,
            "num_classes": len(LABELS),
            "model_name": "BertForSequenceClassification",
            "tokenizer_name": "BertTokenizer",
        }
        save_checkpoint(folder, arch, bert.BertForSequenceClassification(config).state_dict())
        yield folder


def save_checkpoint(folder: Path, arch: dict[str, object], weights: Any) -> None:
    """Writes weights as Detoxify's checkpoints have them."""
    about = {"arch": {"args": arch}, "dataset": {"args": {"classes": LABELS}}}
    torch.save({"config": about, "state_dict": weights}, folder / "base.ckpt")


def original(folder: Path) -> dict[str, Way]:
    """Detoxify's own code, both ways."""
    model = Original(checkpoint=str(folder / "base.ckpt"), huggingface_config_path=str(folder))
    return {
        DETOXIFY[0]: lambda texts: [model.predict(text) for text in texts],
        DETOXIFY[1]: lambda texts: [
            model.predict(list(texts[at : at + BATCH])) for at in range(0, len(texts), BATCH)
        ],
    }


def make_ways(folder: Path, threads: int) -> dict[str, Way]:
    def ours(runtime: str, precision: str) -> Way:
        settings = Detoxify(checkpoint=folder, runtime=runtime, precision=precision, device="cpu")  # type: ignore[arg-type]
        scorer = DetoxifyScorer.load(settings, threads=threads)
        return lambda texts: scorer.score([Document.of(text) for text in texts])

    return {
        **original(folder),
        "ours, torch": ours("torch", "fp32"),
        "ours, ONNX": ours("onnx", "fp32"),
        INT8: ours("onnx", "int8"),
    }


def timed(ways: dict[str, Way], texts: Sequence[str], rounds: int) -> dict[str, Spent]:
    """The best of each way's times."""
    spent: dict[str, list[Spent]] = {name: [] for name in ways}
    for way in ways.values():
        way(texts[:2])
    for _ in range(rounds):
        for name, way in ways.items():
            wall, cpu = time.perf_counter(), time.process_time()
            way(texts)
            spent[name].append(Spent(time.perf_counter() - wall, time.process_time() - cpu))
    return {
        name: Spent(min(t.wall_s for t in all_), min(t.cpu_s for t in all_))
        for name, all_ in spent.items()
    }


def over_detoxify(spent: dict[str, Spent], kind: str) -> dict[str, float]:
    """How often each way fits into the time of the better of Detoxify's two."""
    best = min(spent[name]._asdict()[kind] for name in DETOXIFY)
    return {name: best / times._asdict()[kind] for name, times in spent.items()}


def show(
    sets: dict[str, list[str]],
    times: dict[str, dict[str, Spent]],
    faster: dict[str, dict[str, float]],
    leaner: dict[str, dict[str, float]],
    threads: int,
) -> None:
    for name, texts in sets.items():
        print(f"\n{name}: {len(texts)} texts, {threads} threads")
        print(f"{'comments/s':>40} {'x':>7} {'x by CPU time':>15}")
        for way, spent in times[name].items():
            rate = len(texts) / spent.wall_s
            print(f"  {way:26} {rate:11.2f} {faster[name][way]:7.2f} {leaner[name][way]:15.2f}")
    print(
        "\nx: against the better of Detoxify's two. By CPU time what else the machine does counts"
    )
    print("little, but threads that wait in a loop for others count as if they worked.")


if __name__ == "__main__":
    main()
