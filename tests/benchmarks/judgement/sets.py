"""The labelled sets of the scorecard: whose talk it is, and which texts should be held.

Of sets whose role is training, only the tenth that no training sees is used
(`moderator.evaluation.held_out`). No text is ever shown.
"""

from __future__ import annotations

import ast
from collections.abc import Callable, Iterable, Iterator, Mapping
from pathlib import Path
from typing import NamedTuple

from moderator.evaluation.held_out import digest, held_out
from tests.benchmarks.texts import rows_of

Row = Mapping[str, str]
ELSEWHERE = ("tweets", "Reddit", "YouTube", "game chat", "mixed")
"""The domains whose mean is the figure of texts from elsewhere than Wikipedia."""


class Source(NamedTuple):
    """A data set. `abusive` is None for a row that says nothing about it."""

    file: str
    domain: str
    text: str
    abusive: Callable[[Row], bool | None]
    trained_on: bool = True


class Texts(NamedTuple):
    """What is measured: `abusive[i]` says whether text i should be held."""

    name: str
    domain: str
    texts: list[str]
    abusive: list[bool]


_UNPLEASANT = {"anger", "annoyance", "disgust", "disapproval"}
_PLATFORMS = ("youtube", "tweets_", "reddit_", "ubuntu_irc", "sms_ham", "web_ewt")


def _majority_offended(row: Row) -> bool:
    votes: list[int] = ast.literal_eval(row["annotators"])["label"]
    return sum(vote != 1 for vote in votes) * 2 > len(votes)  # 1 is "normal"


def _mean_of(column: str) -> Callable[[Row], bool | None]:
    """Abusive if annotators' mean is one half or more; unknown without one."""
    return lambda row: float(row[column]) >= 0.5 if row[column] else None


def _quiet(row: Row) -> bool | None:
    return None if _UNPLEASANT & set(row["emotions"].replace(" ", "").split(",")) else False


def _everyday(platform: bool) -> Callable[[Row], bool | None]:
    return lambda row: False if row["source"].startswith(_PLATFORMS) is platform else None


SOURCES: Mapping[str, Source] = {
    "davidson": Source("davidson2017", "tweets", "tweet", lambda row: row["class"] != "2"),
    "implicit_hate": Source(
        "implicit_hate", "tweets", "post", lambda row: row["class"] != "not_hate"
    ),
    "ruddit": Source(
        "ruddit", "Reddit", "txt", lambda row: float(row["offensiveness_score"]) > 0, False
    ),
    "toxichat": Source("toxichat_reddit", "Reddit", "text", lambda row: row["offensive"] == "1"),
    "kaggle_insults": Source("kaggle_insults", "YouTube", "text", lambda row: row["insult"] == "1"),
    "discord": Source("discord_automod", "game chat", "content", lambda row: row["rating"] != "0"),
    "hatexplain": Source(
        "hatexplain_test", "mixed", "unmasked_sentence", _majority_offended, False
    ),
    "sbic": Source("sbic_dev", "mixed", "text", _mean_of("offensive")),
    "hatemoji": Source(
        "hatemoji_build_valid", "mixed", "text", lambda row: row["label_gold"] == "1", False
    ),
    "civil_comments": Source(
        "civil_comments_sample", "mixed", "comment_text", lambda row: row["toxic"] == "1", False
    ),
    "platform talk": Source("everyday_unlabelled", "quiet", "text", _everyday(True)),
    "other everyday talk": Source("everyday_unlabelled", "quiet", "text", _everyday(False)),
    "strong words, meant well": Source("strongwords_benign", "quiet", "text", lambda _: False),
    "calm Reddit (goemotions)": Source("goemotions", "quiet", "text", _quiet),
    "code review (ToxiCR)": Source(
        "toxicr_code_review",
        "quiet",
        "message",
        lambda row: None if row["is_toxic"] == "1" else False,
        False,
    ),
}


def read_sets(data: Path, most: int | None) -> Iterator[Texts]:
    """Every set of `SOURCES`, at most `most` texts of each, the same ones at every run."""
    for name, source in SOURCES.items():
        rows = [
            (row[source.text], abusive)
            for row in rows_of(data / f"{source.file}.csv.gz")
            if row[source.text] and (abusive := source.abusive(row)) is not None
        ]
        if source.trained_on:
            rows = [row for row in rows if held_out(row[0])]
        rows = sample(rows, most)
        yield Texts(name, source.domain, [row[0] for row in rows], [row[1] for row in rows])


def sample(rows: Iterable[tuple[str, bool]], most: int | None) -> list[tuple[str, bool]]:
    """At most `most` rows, chosen by their text's hash; all of them for None."""
    rows = list(rows)
    if most is None or len(rows) <= most:
        return rows
    return sorted(rows, key=lambda row: digest(row[0]))[:most]
