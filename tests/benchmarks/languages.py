"""False alarms on languages that the model was not trained on, and that the lexicon hardly covers.

    python -m tests.benchmarks.languages [--locales DIR] [--messages N] [--json FILE]

Innocent text in many languages is on every desktop system: the translated messages of its
programs (`DIR/<language>/LC_MESSAGES/*.mo`; a system without them has an empty table). Judged as
the shipped settings judge; the English originals of the German messages are the first row.
"""

from __future__ import annotations

import argparse
import gettext
import json
import random
import re
from collections import Counter
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from moderator import Action, Moderator

_LANGUAGES = (
    "de", "nl", "sv", "da", "nb", "fi", "fr", "es", "it", "pt_BR", "ro", "pl", "cs", "hu", "hr",
    "tr", "id", "vi", "ru", "uk", "el", "ar", "hi", "ja", "ko", "zh_CN",
)  # fmt: skip
# Lists of names, and messages on single machine instructions.
_NO_TALK = ("iso_", "opcodes", "bfd", "ld", "gas", "binutils")
_PLACEHOLDER = re.compile(r"%[^ ]*|<[^>]{0,80}>|\{[^}]{0,80}\}|[_&]")
_CHARACTERS = range(26, 200)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--locales", type=Path, default=Path("/usr/share/locale"), metavar="DIR")
    parser.add_argument("--messages", type=int, default=1_500, metavar="N", help="a language")
    parser.add_argument("--json", type=Path, metavar="FILE")
    given = parser.parse_args()
    figures = {}
    print("language  messages    held  by the lexicon alone  its commonest terms")
    with Moderator.default() as moderator:
        for language in ("en", *_LANGUAGES):
            texts = messages(given.locales, language, given.messages)
            if texts:
                figures[language] = row = judged(moderator, texts)
                terms = ", ".join(row["terms"])
                print(f"{language:8} {row['messages']:9,} {row['held']:7.2%}"
                      f" {row['by_lexicon']:16.2%}        {terms}")  # fmt: skip
    if given.json:
        given.json.write_text(json.dumps(figures, indent=2) + "\n")


def messages(locales: Path, language: str, most: int) -> list[str]:
    """Messages of several words, each once, drawn by a fixed seed."""
    found: set[str] = set()
    source = "de" if language == "en" else language
    for file in (locales / source / "LC_MESSAGES").glob("*.mo"):
        if file.name.startswith(_NO_TALK):
            continue
        try:
            with file.open("rb") as opened:
                catalogue: dict[Any, str] = vars(gettext.GNUTranslations(opened))["_catalog"]
        except UnicodeDecodeError:  # a header in another character set than it says
            continue
        found |= {
            original if language == "en" else translated
            for original, translated in catalogue.items()
            if isinstance(original, str)
        }
    plain = {_PLACEHOLDER.sub("", text).strip() for text in found}
    talk = sorted(
        text
        for text in plain
        if len(text) in _CHARACTERS and len(text.split()) > 4 and "\n" not in text
    )
    return random.Random(0).sample(talk, min(most, len(talk)))


def judged(moderator: Moderator, texts: Sequence[str]) -> dict[str, Any]:
    """Shares held for review or blocked, and those that no label but `profanity` holds."""
    held = [v for v in moderator.moderate(texts) if v.action is not Action.ALLOW]
    alone = [v for v in held if {reason.label for reason in v.reasons} == {"profanity"}]
    terms = Counter(match.term for verdict in alone for match in verdict.matches)
    return {
        "messages": len(texts),
        "held": len(held) / len(texts),
        "by_lexicon": len(alone) / len(texts),
        "terms": [term for term, _ in terms.most_common(5)],
    }


if __name__ == "__main__":
    main()
