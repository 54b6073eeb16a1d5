"""Sets of abuse from many platforms that the first builds learnt from."""

from __future__ import annotations

import ast
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pandas as pd

from moderator.training.corpus.examples import HEADS, Examples, build


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
        attack=toxicity,
        hate=shares.identity_attack,
        **shares,
    )


def _davidson(directory: Path) -> Examples:
    frame = pd.read_csv(directory / "davidson2017.csv.gz")
    hate = frame.hate_speech / frame["count"]
    neither = frame.neither / frame["count"]
    # its "offensive" is mostly a rude word said in passing: no word on `attack`
    attack = np.where(hate > 0.5, 1.0, np.where(neither > 0.6, 0.0, np.nan))
    return build(
        "davidson",
        0.3,
        frame.tweet,
        offence=1 - neither,
        attack=attack,
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
        "hatexplain", 0.5, frame.unmasked_sentence,
        offence=offence, attack=offence, hate=hate, identity_attack=hate,
    )  # fmt: skip


def _toxigen(directory: Path) -> Examples:
    frame = pd.read_csv(directory / "toxigen_annotated.csv.gz")
    texts = [
        ast.literal_eval(text).decode("utf-8", "replace") if text[:2] in ("b'", 'b"') else text
        for text in frame.text
    ]
    share = (frame.toxicity_human.clip(1, 5) - 1) / 4
    return build(
        "toxigen", 0.4, texts,
        hate=share, identity_attack=share, toxicity=share * 0.9, attack=share,
    )  # fmt: skip


def _implicit(directory: Path) -> Examples:
    frame = pd.read_csv(directory / "implicit_hate.csv.gz")
    hate = frame["class"].map({"not_hate": 0.0, "implicit_hate": 0.8, "explicit_hate": 1.0})
    explicit = np.where(frame["class"] == "explicit_hate", 1.0, np.where(hate == 0, 0.0, np.nan))
    attack = hate * 0.9
    return build("implicit", 0.3, frame.post, hate=hate, identity_attack=explicit, attack=attack)


def _edos(directory: Path) -> Examples:
    frame = pd.read_csv(directory / "edos_sexism.csv.gz")
    frame = frame[frame.split == "train"]
    sexist = frame.label_sexist == "sexist"
    return build("edos", 0.3, frame.text, hate=sexist, attack=np.where(sexist, 0.9, np.nan))


def _misogyny(directory: Path) -> Examples:
    frame = pd.read_csv(directory / "misogyny_reddit.csv.gz").dropna(subset=["body"])
    frame = frame[frame.split == "train"]
    hate = frame.level_1 == "Misogynistic"
    return build("misogyny", 0.3, frame.body, hate=hate, attack=np.where(hate, 0.9, np.nan))


def _hatemoji(directory: Path, part: str = "train") -> Examples:
    frame = pd.read_csv(directory / f"hatemoji_build_{part}.csv.gz")
    threat = np.where(frame.type == "threateninglanguage", 0.8, np.nan)
    gold = frame.label_gold
    return build(
        "hatemoji",
        0.5,
        frame.text,
        offence=gold,
        attack=gold,
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
    abusive = abusive.fillna(0).clip(0, 1)
    return build("convabuse", 0.4, frame.user, offence=abusive, attack=abusive)


def _discord(directory: Path) -> Examples:
    frame = pd.read_csv(directory / "discord_automod.csv.gz").dropna(subset=["content"])
    rating = frame.rating.clip(0, 1)
    return build("discord", 0.2, frame.content, offence=rating, attack=rating)


def _fox(directory: Path) -> Examples:
    frame = pd.read_csv(directory / "fox_news_comments.csv.gz")
    return build("fox", 0.3, frame.text, hate=frame.label, attack=frame.label)


def _paradetox(directory: Path) -> Examples:
    frame = pd.read_csv(directory / "paradetox.csv.gz")
    toxic = build("paradetox", 0.4, frame.toxic, toxicity=0.95, offence=1.0, attack=0.8)
    quiet = frame.neutral1.dropna()
    zero = dict.fromkeys(HEADS, 0.0)
    return Examples.join((toxic, build("paradetox", 0.4, quiet, **zero)))


ABUSE: dict[str, Callable[[Path], Examples]] = {
    "civil": _civil, "davidson": _davidson, "hatexplain": _hatexplain,
    "toxigen": _toxigen, "implicit": _implicit, "edos": _edos, "misogyny": _misogyny,
    "hatemoji": _hatemoji, "convabuse": _convabuse, "discord": _discord, "fox": _fox,
    "paradetox": _paradetox,
}  # fmt: skip
