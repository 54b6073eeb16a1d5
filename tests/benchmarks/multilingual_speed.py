"""The model for other languages compared with Detoxify's own code on XLM-R base's shape.

The checkpoint's weights are random: they cost what the released ones cost. Its tokenizer is ours,
which cuts a text into slightly more pieces than XLM-R's.
"""

from __future__ import annotations

import json
import os
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import torch
import transformers

from moderator.scorers.detoxify.releases import RELEASES
from moderator.scorers.languages import MULTILINGUAL
from moderator.settings import Settings
from moderator.training.multilingual.corpus import LABELLED, labelled
from moderator.wiring import build_scorer
from tests.benchmarks.detoxify import DETOXIFY, LABELS, original, save_checkpoint, timed
from tests.benchmarks.scoring import memory_mb, scoring
from tests.benchmarks.texts import comments

_EACH, _ONE_IN = 60, 20
"""Texts of each labelled set for ours, and the share of them for Detoxify, which is slow."""
_ROUNDS = 3
_ARCHITECTURE = "XLMRobertaForSequenceClassification"


def speed(data: Path) -> dict[str, float]:
    """Comments a second of both, in one run and by the best of some rounds, and ours' memory."""
    threads = len(os.sched_getaffinity(0))
    torch.set_num_threads(threads)
    many = [t for name in LABELLED for t in labelled(data, name, "valid").texts[:_EACH]]
    few = many[::_ONE_IN]
    settings = Settings.model_validate({"scorers": {"threads": threads}})
    ours = {"ours": scoring(build_scorer(settings))}
    with xlm_roberta() as folder:
        slow = timed(original(folder), few, 2)
        quick = timed(ours, many, _ROUNDS)["ours"]
    detoxify = len(few) / min(slow[way].wall_s for way in DETOXIFY)
    return {
        "threads": threads,
        "texts": len(many),
        "ours_per_second": len(many) / quick.wall_s,
        "detoxify_per_second": detoxify,
        "ratio": len(many) / quick.wall_s / detoxify,
        "rss_mb": memory_mb([*comments(None, 200), *many]),
    }


@contextmanager
def xlm_roberta() -> Iterator[Path]:
    """A folder with an XLM-R base of random weights in Detoxify's format."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        (folder / "tokenizer.json").write_bytes((MULTILINGUAL / "tokenizer.json").read_bytes())
        about = {"tokenizer_class": "XLMRobertaTokenizer", "model_max_length": 512}
        (folder / "tokenizer_config.json").write_text(json.dumps(about), "utf-8")
        bert: Any = transformers
        config = bert.XLMRobertaConfig(**RELEASES["multilingual"].config, num_labels=len(LABELS))
        config.save_pretrained(folder)
        torch.manual_seed(7)
        arch: dict[str, object] = {
            "model_type": name,
            "num_classes": len(LABELS),
            "model_name": _ARCHITECTURE,
            "tokenizer_name": "XLMRobertaTokenizer",
        }
        save_checkpoint(folder, arch, getattr(bert, _ARCHITECTURE)(config).state_dict())
        yield folder
