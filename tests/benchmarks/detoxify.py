"""Detoxify's own `predict` beside our scorer, on a checkpoint of BERT-base's shape.

    python -m tests.benchmarks.detoxify [--quick] [--json FILE] [--comments FILE]

The weights are random: they cost what the released ones cost. The texts are the seed file's lines,
and comments of natural length: from `--comments` (CSV with `comment_text`, or one a line), or
else made from the seed file's words, as long as Wikipedia's talk comments are (log-normal, median
36 words). Ours reads a text to its end; Detoxify's stops after 512 tokens. Times are the best of
some rounds in which every way has its turn, so that what else the machine does hits all alike.
"""

from __future__ import annotations

import argparse
import csv
import gzip
import json
import os
import random
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import NamedTuple

import torch
import transformers
from detoxify import Detoxify as Original
from tokenizers import BertWordPieceTokenizer

from moderator.paths import shipped
from moderator.scorers.detoxify import DetoxifyScorer
from moderator.scorers.detoxify.convert import convert
from moderator.scorers.detoxify.releases import RELEASES
from moderator.settings import Detoxify
from moderator.text.document import Document

LABELS = ["toxic", "severe_toxic", "obscene", "threat", "insult", "identity_hate"]
BATCH = 32
DETOXIFY = ("detoxify, one by one", f"detoxify, batches of {BATCH}")
INT8 = "ours, ONNX int8"

Way = Callable[[Sequence[str]], object]


class Load(NamedTuple):
    """How much a run does."""

    comments: int
    rounds: int


FULL, QUICK = Load(comments=64, rounds=2), Load(comments=24, rounds=1)


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
    with checkpoint([text for texts in sets.values() for text in texts]) as folder:
        ways = make_ways(folder, options.threads)
        seconds = {name: timed(ways, texts, load.rounds) for name, texts in sets.items()}
    rates = {
        name: {way: len(sets[name]) / best for way, best in times.items()}
        for name, times in seconds.items()
    }
    ratios = {
        name: {way: rate / max(of[peer] for peer in DETOXIFY) for way, rate in of.items()}
        for name, of in rates.items()
    }
    show(sets, rates, ratios, options.threads)
    if options.json:
        by_set = {f"int8_vs_detoxify_{n.replace(' ', '_')}": r[INT8] for n, r in ratios.items()}
        figures = {
            "ratios": {"int8_vs_detoxify": min(by_set.values()), **by_set},
            "comments_per_second": rates,
            "threads": options.threads,
        }
        options.json.write_text(json.dumps(figures, indent=1) + "\n", "utf-8")


def seed_lines() -> list[str]:
    files = sorted(shipped("seeds").glob("*.txt"))
    return [line for file in files for line in file.read_text("utf-8").splitlines() if line.strip()]


def comments(file: Path | None, count: int) -> list[str]:
    """`count` comments, the same at every run."""
    chance = random.Random(7)
    if file is None:
        words = " ".join(seed_lines()).split()
        lengths = [max(1, round(chance.lognormvariate(3.6, 1.0))) for _ in range(count)]
        return [" ".join(chance.choices(words, k=length)) for length in lengths]
    opened = gzip.open if file.suffix == ".gz" else open
    with opened(file, "rt", encoding="utf-8", newline="") as lines:
        if ".csv" in file.suffixes:
            texts = [row["comment_text"] for row in csv.DictReader(lines)]
        else:
            texts = [line.strip() for line in lines if line.strip()]
    return chance.sample(texts, min(count, len(texts)))


@contextmanager
def checkpoint(texts: Sequence[str]) -> Iterator[Path]:
    """A folder with a BERT-base of random weights in Detoxify's format, and converted."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        words = BertWordPieceTokenizer()
        words.train_from_iterator(texts, vocab_size=4000, min_frequency=1, show_progress=False)
        words.save_model(name)
        (folder / "tokenizer_config.json").write_text('{"model_max_length": 512}', "utf-8")
        config = transformers.BertConfig(**RELEASES["original"].config, num_labels=len(LABELS))
        config.save_pretrained(folder)
        torch.manual_seed(7)
        model = transformers.BertForSequenceClassification(config)
        arch = {
            "model_type": name,
            "num_classes": len(LABELS),
            "model_name": "BertForSequenceClassification",
            "tokenizer_name": "BertTokenizer",
        }
        about = {"arch": {"args": arch}, "dataset": {"args": {"classes": LABELS}}}
        torch.save({"config": about, "state_dict": model.state_dict()}, folder / "base.ckpt")
        del model
        convert(folder, tell=print)
        yield folder


def make_ways(folder: Path, threads: int) -> dict[str, Way]:
    original = Original(checkpoint=str(folder / "base.ckpt"), huggingface_config_path=str(folder))

    def one_by_one(texts: Sequence[str]) -> object:
        return [original.predict(text) for text in texts]

    def in_batches(texts: Sequence[str]) -> object:
        return [original.predict(list(texts[i : i + BATCH])) for i in range(0, len(texts), BATCH)]

    def ours(runtime: str, precision: str) -> Way:
        settings = Detoxify(checkpoint=folder, runtime=runtime, precision=precision, device="cpu")  # type: ignore[arg-type]
        scorer = DetoxifyScorer.load(settings, threads=threads)
        return lambda texts: scorer.score([Document.of(text) for text in texts])

    return {
        DETOXIFY[0]: one_by_one,
        DETOXIFY[1]: in_batches,
        "ours, torch": ours("torch", "fp32"),
        "ours, ONNX": ours("onnx", "fp32"),
        INT8: ours("onnx", "int8"),
    }


def timed(ways: dict[str, Way], texts: Sequence[str], rounds: int) -> dict[str, float]:
    """The best time of each way, in seconds."""
    best = dict.fromkeys(ways, float("inf"))
    for way in ways.values():
        way(texts[:2])
    for _ in range(rounds):
        for name, way in ways.items():
            began = time.perf_counter()
            way(texts)
            best[name] = min(best[name], time.perf_counter() - began)
    return best


def show(
    sets: dict[str, list[str]],
    rates: dict[str, dict[str, float]],
    ratios: dict[str, dict[str, float]],
    threads: int,
) -> None:
    for name, texts in sets.items():
        print(f"\n{name}: {len(texts)} texts, {threads} threads")
        for way, rate in rates[name].items():
            print(f"  {way:26} {rate:9.2f} comments/s   x {ratios[name][way]:.2f}")
    print("\nx: against the better of Detoxify's two")


if __name__ == "__main__":
    main()
