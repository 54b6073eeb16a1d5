"""Sets of other languages: what a label speaks for, what is kept apart, and accents left out."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import numpy as np
import pytest

pytest.importorskip("pandas", reason="the extra train is not installed")
pytest.importorskip("scipy", reason="the extra train is not installed")

import pandas as pd

from moderator.evaluation.held_out import held_out
from moderator.training.corpus.examples import HEADS
from moderator.training.multilingual.corpus import labelled, news
from moderator.training.multilingual.study import unaccented


def write(data: Path, name: str, rows: Sequence[tuple[object, ...]], *columns: str) -> None:
    (data / "multilingual").mkdir(exist_ok=True)
    frame = pd.DataFrame(rows, columns=list(columns))
    frame.to_csv(data / "multilingual" / f"{name}.csv.gz", index=False)


def test_a_kind_speaks_for_its_head_and_a_quiet_text_for_all(tmp_path: Path) -> None:
    rows = [("a", 1.0, "insult"), ("b", 0.0, "none"), ("c", 1.0, "hate"), ("d", 0.0, "hate")]
    write(tmp_path, "pt_train", rows, "text", "offensive", "kind")
    write(tmp_path, "pt_valid", rows[:1], "text", "offensive", "kind")
    found = labelled(tmp_path, "pt", "train")
    by_head = dict(zip(HEADS, found.targets.T.tolist(), strict=True))
    assert by_head["toxicity"] == by_head["attack"] == [1, 0, 1, 0]
    np.testing.assert_array_equal(by_head["insult"], [1, 0, np.nan, np.nan])
    np.testing.assert_array_equal(by_head["identity_attack"], [np.nan, 0, 1, 0])
    np.testing.assert_array_equal(by_head["threat"], [np.nan, 0, np.nan, np.nan])
    assert labelled(tmp_path, "pt", "valid").texts == ["a"]


def test_of_a_set_without_a_validation_part_a_tenth_serves_as_that(tmp_path: Path) -> None:
    rows = [(f"text {number}", 0.0, "none") for number in range(300)]
    write(tmp_path, "es_train", rows, "text", "offensive", "kind")
    train, valid = (labelled(tmp_path, "es", part).texts for part in ("train", "valid"))
    assert sorted(train + valid) == sorted(text for text, _, _ in rows)
    assert 10 < len(valid) < 60
    assert all(map(held_out, valid))


def test_news_is_quiet_and_a_language_of_its_own(tmp_path: Path) -> None:
    rows = [("a", "de", "valid"), ("b", "na", "valid"), ("c", "de", "train")]
    write(tmp_path, "quiet_news", rows, "text", "lang", "role")
    found = list(news(tmp_path, "valid"))
    assert [(each.texts, each.sources) for each in found] == [
        (["a"], ["news_de"]),
        (["b"], ["news_na"]),
    ]
    assert not found[0].targets.any()


@pytest.mark.parametrize(
    ("text", "plain"),
    [
        ("À bientôt, garçon", "A bientot, garcon"),
        ("ţară și łódź, ağır", "tara si lodz, agir"),
        ("мой й हिन्दी 가", "мой й हिन्दी 가"),
    ],
)
def test_only_latin_letters_lose_their_accents(text: str, plain: str) -> None:
    assert unaccented(text) == plain
