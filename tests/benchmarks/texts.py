"""What the benchmarks score: the seed lines, and comments of a file or of natural lengths."""

from __future__ import annotations

import csv
import gzip
import random
from pathlib import Path

from moderator.package import shipped


def seed_lines() -> list[str]:
    files = sorted(shipped("seeds").glob("*.txt"))
    return [line for file in files for line in file.read_text("utf-8").splitlines() if line.strip()]


def rows_of(file: Path) -> list[dict[str, str]]:
    """The rows of a gzipped CSV file."""
    with gzip.open(file, "rt", encoding="utf-8", newline="") as lines:
        return list(csv.DictReader(lines))


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
