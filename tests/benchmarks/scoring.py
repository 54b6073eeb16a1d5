"""The default scorer compared with Detoxify's own code, alt-profanity-check and better_profanity.

    python -m tests.benchmarks.scoring [--quick] [--json FILE] [--comments FILE]

Detoxify runs on a checkpoint of BERT-base's shape with random weights and BERT's own vocabulary;
it counts at the better of one text at a time and batches of 32. The texts are the seed file's
lines and comments of natural length (see `tests.benchmarks.detoxify`); ours scores each of them
once, so nothing comes from a cache. Also: p99 of one text of 230 characters alone, and the memory
of a fresh process that has scored the comments.
"""

from __future__ import annotations

import argparse
import json
import os
import subprocess
import sys
import time
from collections.abc import Sequence
from pathlib import Path
from typing import NamedTuple

import better_profanity
import numpy as np
import profanity_check
import torch

from moderator.quoting.document import Document
from moderator.scorers.base import Scorer
from moderator.scorers.compact import CompactScorer
from moderator.settings import Settings
from moderator.wiring import build_scorer
from tests.benchmarks.detoxify import (
    DETOXIFY,
    QUICK,
    Load,
    Way,
    checkpoint,
    original,
    timed,
)
from tests.benchmarks.texts import comments, seed_lines

OURS, NO_EXIT = "ours, default", "ours, without early exit"
FULL = Load(comments=64, rounds=3)
MANY = 2000
"""Ours is quick, so it is timed on more texts than Detoxify."""

_MEMORY = """
import json, sys, psutil
from moderator.settings import Settings
from moderator.quoting.document import Document
from moderator.wiring import build_scorer
texts = json.load(sys.stdin)
scorer = build_scorer(Settings.load(None))
for at in range(0, len(texts), 256):
    scorer.score([Document.of(text) for text in texts[at : at + 256]])
print(psutil.Process().memory_info().rss)
"""


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--quick", action="store_true", help="fewer texts, one round")
    parser.add_argument("--json", type=Path, help="where to write the figures")
    parser.add_argument("--comments", type=Path, help="comments instead of made ones")
    parser.add_argument("--threads", type=int, default=len(os.sched_getaffinity(0)))
    options = parser.parse_args()
    figures = measure(options.comments, QUICK if options.quick else FULL, options.threads)
    show(figures)
    if options.json:
        options.json.write_text(json.dumps(figures._asdict(), indent=1) + "\n", "utf-8")


class Figures(NamedTuple):
    """What a run found; rates are comments a second by set and way."""

    ratios: dict[str, float]
    comments_per_second: dict[str, dict[str, float]]
    p99_ms: float
    rss_mb: float
    threads: int


def measure(file: Path | None, load: Load, threads: int) -> Figures:
    """All of it, in one run; `file` holds the comments, which are made up otherwise."""
    torch.set_num_threads(threads)
    many = comments(file, MANY)
    sets = {"seed": (seed_lines(), seed_lines() * 20), "valid": (many[: load.comments], many)}
    settings = Settings.load(None)
    scorers = settings.scorers.model_copy(update={"threads": threads})
    default = build_scorer(settings.model_copy(update={"scorers": scorers}))
    quick: dict[str, Way] = {
        OURS: scoring(default),
        NO_EXIT: scoring(CompactScorer.load(threads=threads, early_exit=False)),
        "alt-profanity-check": lambda texts: profanity_check.predict_prob(list(texts)),
    }
    rates: dict[str, dict[str, float]] = {}
    with checkpoint() as folder:
        slow = original(folder)
        slow["better_profanity"] = better()
        for name, (few, all_texts) in sets.items():
            rates[name] = per_second(slow, few, load) | per_second(quick, all_texts, load)
    ratios = {
        "seed_vs_detoxify": ratio(rates["seed"], OURS),
        "valid_vs_detoxify": ratio(rates["valid"], OURS),
        "without_exit_vs_detoxify": ratio(rates["valid"], NO_EXIT),
    }
    return Figures(ratios, rates, alone_p99_ms(default), memory_mb(many), threads)


def show(figures: Figures) -> None:
    for name, of in figures.comments_per_second.items():
        print(f"\n{name}, {figures.threads} threads")
        for way, rate in of.items():
            print(f"  {way:28} {rate:10.1f} comments/s")
    print("\n" + "\n".join(f"{name}: {value:.1f}" for name, value in figures.ratios.items()))
    print(f"one text of 230 characters alone, p99: {figures.p99_ms:.2f} ms")
    print(f"memory of a process that scores: {figures.rss_mb:.0f} MB")


def per_second(ways: dict[str, Way], texts: Sequence[str], load: Load) -> dict[str, float]:
    return {
        way: len(texts) / spent.wall_s for way, spent in timed(ways, texts, load.rounds).items()
    }


def ratio(rates: dict[str, float], way: str) -> float:
    return rates[way] / max(rates[peer] for peer in DETOXIFY)


def scoring(scorer: Scorer) -> Way:
    def run(texts: Sequence[str]) -> object:
        return [
            scorer.score([Document.of(text) for text in texts[at : at + 256]])
            for at in range(0, len(texts), 256)
        ]

    return run


def better() -> Way:
    """better_profanity takes tens of milliseconds a text: it gets as few as Detoxify."""
    profanity = better_profanity.Profanity()
    return lambda texts: [profanity.contains_profanity(text) for text in texts]


def alone_p99_ms(scorer: Scorer, rounds: int = 300) -> float:
    """A text that does not leave early, alone, again and again."""
    text = ("You know nothing, you idiot, and " + " ".join(seed_lines()))[:230]
    seconds = []
    for _ in range(rounds):
        began = time.perf_counter()
        scorer.score([Document.of(text)])
        seconds.append(time.perf_counter() - began)
    return float(np.percentile(seconds, 99) * 1000)


def memory_mb(texts: Sequence[str]) -> float:
    """Resident memory of a fresh process after it has scored the texts."""
    done = subprocess.run(
        [sys.executable, "-c", _MEMORY],
        input=json.dumps(texts), capture_output=True, text=True, check=True,
    )  # fmt: skip
    return int(done.stdout) / 1e6


if __name__ == "__main__":
    main()
