"""The labelled sets as one table: text, a target per head (nan = not known), weight, source.

Heads are the six labels of Jigsaw and two that only the other sets speak for:
`offence` (toxicity outside Wikipedia) and `hate` (against a group). Sets are
read from a directory of `NAME.csv.gz` given by the caller.
"""

from __future__ import annotations

import ast
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pandas as pd

from moderator.labels import labels_of

LABELS = labels_of("compact")
HEADS = (*LABELS, "offence", "hate")
_JIGSAW = ("toxic", "severe_toxic", "obscene", "threat", "insult", "identity_hate")
_NAN = float("nan")


@dataclass(frozen=True)
class Examples:
    """`texts` n; `targets` n x 8, in 0..1 or nan; `weights` n; `sources` n."""

    texts: list[str]
    targets: np.ndarray
    weights: np.ndarray
    sources: list[str]

    @staticmethod
    def join(parts: Iterable[Examples]) -> Examples:
        parts = list(parts)
        return Examples(
            [text for part in parts for text in part.texts],
            np.concatenate([part.targets for part in parts]),
            np.concatenate([part.weights for part in parts]),
            [source for part in parts for source in part.sources],
        )

    def take(self, rows: np.ndarray) -> Examples:
        """The rows of these numbers, in that order."""
        return Examples(
            [self.texts[row] for row in rows],
            self.targets[rows],
            self.weights[rows],
            [self.sources[row] for row in rows],
        )


def build(source: str, weight: float, texts: Iterable[str], **heads: object) -> Examples:
    """Examples of one source; heads not named are unknown."""
    rows = [str(text) for text in texts]
    targets = np.full((len(rows), len(HEADS)), np.nan, dtype=np.float32)
    for head, values in heads.items():
        targets[:, HEADS.index(head)] = np.asarray(values, dtype=np.float32)
    return Examples(rows, targets, np.full(len(rows), weight, np.float32), [source] * len(rows))


def jigsaw(directory: Path, part: str) -> Examples:
    """`part` is train, valid or test."""
    frame = pd.read_csv(directory / f"jigsaw2018_{part}.csv.gz")
    heads = {label: frame[column] for label, column in zip(LABELS, _JIGSAW, strict=True)}
    return build(f"jigsaw_{part}", 1.0, frame.comment_text, **heads)


def _context(directory: Path) -> Examples:
    frame = pd.concat(
        pd.read_csv(directory / f"context_toxicity_{part}.csv.gz") for part in ("gc", "gn")
    )
    toxicity = np.where(frame.label == 1, np.maximum(frame.api, 0.8), np.minimum(frame.api, 0.6))
    quiet = np.where(frame.api < 0.15, 0.0, np.nan)
    rare = dict.fromkeys(
        ("severe_toxicity", "obscene", "threat", "insult", "identity_attack"), quiet
    )
    return build(
        "context", 0.4, frame.text, toxicity=np.where(frame.api < 0.15, 0.0, toxicity), **rare
    )


def _civil(directory: Path) -> Examples:
    comments = (
        pd.read_csv(directory / "toxic_spans_comments.csv.gz").set_index("comment_id").comment_text
    )
    votes = pd.read_csv(directory / "toxic_spans_annotations.csv.gz").set_index("annotation")
    spans = pd.read_csv(directory / "toxic_spans_spans.csv.gz").dropna(subset=["type"])
    kinds = {
        "obscene": "Profane/Obscene",
        "threat": "Threat",
        "insult": "Insult",
        "identity_attack": "Identity based Attack",
    }
    table = pd.DataFrame({"comment_id": votes.comment_id, "toxicity": ~votes["not toxic"]})
    for label, kind in kinds.items():
        table[label] = table.index.isin(spans.annotation[spans.type == kind])
    shares = table.groupby("comment_id").mean()
    texts = comments.loc[shares.index]
    toxicity = shares.pop("toxicity")
    return build(
        "civil",
        0.5,
        texts,
        toxicity=toxicity,
        offence=toxicity,
        hate=shares.identity_attack,
        **shares,
    )


def _davidson(directory: Path) -> Examples:
    frame = pd.read_csv(directory / "davidson2017.csv.gz")
    hate = frame.hate_speech / frame["count"]
    return build(
        "davidson",
        0.3,
        frame.tweet,
        offence=1 - frame.neither / frame["count"],
        hate=hate,
        identity_attack=hate,
    )


def _hatexplain(directory: Path, part: str = "val") -> Examples:
    frame = pd.read_csv(directory / f"hatexplain_{part}.csv.gz")
    votes = [ast.literal_eval(row)["label"] for row in frame.annotators]
    # its numbering: 0 hate, 1 normal, 2 offensive
    hate = np.array([np.mean([vote == 0 for vote in row]) for row in votes])
    offence = np.array([np.mean([vote != 1 for vote in row]) for row in votes])
    return build(
        "hatexplain", 0.5, frame.unmasked_sentence, offence=offence, hate=hate, identity_attack=hate
    )


def _toxigen(directory: Path) -> Examples:
    frame = pd.read_csv(directory / "toxigen_annotated.csv.gz")
    texts = [
        ast.literal_eval(text).decode("utf-8", "replace") if text[:2] in ("b'", 'b"') else text
        for text in frame.text
    ]
    share = (frame.toxicity_human.clip(1, 5) - 1) / 4
    return build("toxigen", 0.4, texts, hate=share, identity_attack=share, toxicity=share * 0.9)


def _implicit(directory: Path) -> Examples:
    frame = pd.read_csv(directory / "implicit_hate.csv.gz")
    hate = frame["class"].map({"not_hate": 0.0, "implicit_hate": 0.8, "explicit_hate": 1.0})
    explicit = np.where(frame["class"] == "explicit_hate", 1.0, np.where(hate == 0, 0.0, np.nan))
    return build("implicit", 0.3, frame.post, hate=hate, identity_attack=explicit)


def _edos(directory: Path) -> Examples:
    frame = pd.read_csv(directory / "edos_sexism.csv.gz")
    frame = frame[frame.split == "train"]
    return build("edos", 0.3, frame.text, hate=frame.label_sexist == "sexist")


def _misogyny(directory: Path) -> Examples:
    frame = pd.read_csv(directory / "misogyny_reddit.csv.gz").dropna(subset=["body"])
    frame = frame[frame.split == "train"]
    return build("misogyny", 0.3, frame.body, hate=frame.level_1 == "Misogynistic")


def _hatemoji(directory: Path, part: str = "train") -> Examples:
    frame = pd.read_csv(directory / f"hatemoji_build_{part}.csv.gz")
    threat = np.where(frame.type == "threateninglanguage", 0.8, np.nan)
    gold = frame.label_gold
    return build(
        "hatemoji",
        0.5,
        frame.text,
        offence=gold,
        hate=gold,
        identity_attack=gold,
        toxicity=gold,
        threat=threat,
    )


def _convabuse(directory: Path) -> Examples:
    frame = pd.read_csv(directory / "convabuse_train.csv.gz").dropna(subset=["user"])
    columns = [column for column in frame.columns if "_is_abuse." in column]
    votes = frame[columns].apply(
        lambda column: pd.to_numeric(column.astype(str).str[0], errors="coerce")
    )
    grade = pd.to_numeric(
        pd.Series([column.rsplit(".", 1)[1] for column in columns], index=columns)
    )
    people = votes.notna().sum(axis=1) / 5
    abusive = votes.loc[:, grade < 0].fillna(0).sum(axis=1) / people
    return build("convabuse", 0.4, frame.user, offence=abusive.fillna(0).clip(0, 1))


def _discord(directory: Path) -> Examples:
    frame = pd.read_csv(directory / "discord_automod.csv.gz").dropna(subset=["content"])
    return build("discord", 0.2, frame.content, offence=frame.rating.clip(0, 1))


def _fox(directory: Path) -> Examples:
    frame = pd.read_csv(directory / "fox_news_comments.csv.gz")
    return build("fox", 0.3, frame.text, hate=frame.label)


def _paradetox(directory: Path) -> Examples:
    frame = pd.read_csv(directory / "paradetox.csv.gz")
    toxic = build("paradetox", 0.4, frame.toxic, toxicity=0.95, offence=1.0)
    quiet = frame.neutral1.dropna()
    zero = dict.fromkeys((*LABELS, "offence"), 0.0)
    return Examples.join((toxic, build("paradetox", 0.4, quiet, **zero)))


_OTHERS: dict[str, Callable[[Path], Examples]] = {
    "context": _context, "civil": _civil, "davidson": _davidson, "hatexplain": _hatexplain,
    "toxigen": _toxigen, "implicit": _implicit, "edos": _edos, "misogyny": _misogyny,
    "hatemoji": _hatemoji, "convabuse": _convabuse, "discord": _discord, "fox": _fox,
    "paradetox": _paradetox,
}  # fmt: skip


def others(directory: Path) -> Examples:
    """Every training set but Jigsaw's."""
    return Examples.join(read(directory) for read in _OTHERS.values())
