"""Everyday talk in which there is nothing to hold, and platform talk that people read for us.

What is unlabelled counts as quiet only if it comes from a source that holds next to no abuse and
the lexicon finds nothing grave in it. `judged.tsv` has our own reading of platform talk by hash:
a text's `digest` and 1 if a moderator would hold it.
"""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pandas as pd

from moderator.evaluation.held_out import digest
from moderator.lexicon import load_lexicon
from moderator.lexicon.matcher import Matcher
from moderator.training.corpus.examples import Examples, build, quiet

PLATFORM_TALK = (
    "reddit_goemotions", "reddit_wnut", "sms_ham", "stackexchange_wnut", "tweets_btc",
    "tweets_wnut", "ubuntu_irc", "web_ewt", "youtube_comments", "youtube_music_comments",
)  # fmt: skip
"""Sources at their natural rate of abuse."""
_JUDGED = Path(__file__).with_name("judged.tsv")
_ANGRY = {"anger", "disgust", "annoyance", "disapproval"}
_GRAVE = 3


def goemotions(directory: Path) -> Examples:
    """Reddit comments whose raters saw no anger of any kind."""
    frame = pd.read_csv(directory / "goemotions.csv.gz").dropna(subset=["text", "emotions"])
    calm = ~frame.emotions.map(lambda emotions: bool(_ANGRY & set(emotions.split("|"))))
    return _without_slurs(quiet("goemotions", 0.5, frame.text[calm]))


def strong_words(directory: Path) -> Examples:
    """Edited sentences chosen for their strong words."""
    frame = pd.read_csv(directory / "strongwords_benign.csv.gz").dropna(subset=["text"])
    return _without_slurs(quiet("strongwords", 0.6, frame.text))


def everyday(directory: Path) -> Examples:
    """Talk of thirty sources, less that of the platforms."""
    frame = pd.read_csv(directory / "everyday_unlabelled.csv.gz").dropna(subset=["text"])
    return _without_slurs(quiet("everyday", 0.5, frame.text[~frame.source.isin(PLATFORM_TALK)]))


def judged(directory: Path) -> Examples:
    """The platform talk that we read: held or not."""
    said = dict(line.split("\t") for line in _JUDGED.read_text("utf-8").splitlines())
    frame = pd.read_csv(directory / "everyday_unlabelled.csv.gz").dropna(subset=["text"])
    label = frame.text.map(lambda text: said.get(digest(text).hex()))
    frame, label = frame[label.notna()], label.dropna().astype(float)
    toxicity = np.where(label == 0, np.nan, 0.9)
    return build("judged", 1.0, frame.text, attack=label, offence=label, toxicity=toxicity)


def _without_slurs(examples: Examples) -> Examples:
    """Less the texts in which the lexicon finds a grave term."""
    matcher = Matcher(load_lexicon())
    graves = [
        any(match.severity >= _GRAVE for match in matches)
        for matches in map(matcher.find, examples.texts)
    ]
    return examples.take(np.flatnonzero(~np.array(graves, dtype=bool)))
