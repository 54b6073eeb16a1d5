"""The vocabulary cut down: the pieces that the training texts use, and every single character."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterable
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
from tokenizers import Tokenizer

_SPACE = "\u2581"
_SPECIAL = 4
"""`<s>`, `<pad>`, `</s>` and `<unk>` come first, and stay there."""


class Vocabulary(NamedTuple):
    """A `tokenizer.json` of fewer pieces, and each one's row in the table of the whole."""

    tokenizer: bytes
    rows: np.ndarray


def cut(tokenizer: Path, texts: Iterable[str], size: int) -> Vocabulary:
    """Keeps `size` pieces: the special ones, single characters, and those used most often.

    A text is split as before, as far as its pieces are kept; others fall into shorter ones. Raises
    ValueError if the characters alone are more than `size`.
    """
    whole = Tokenizer.from_file(str(tokenizer))
    whole.no_truncation()
    used: Counter[int] = Counter()
    for text in texts:
        used.update(whole.encode(text, add_special_tokens=False).ids)
    content = json.loads(tokenizer.read_text("utf-8"))
    pieces: list[list[Any]] = content["model"]["vocab"]
    kept = set(range(_SPECIAL))
    kept |= {at for at, (piece, _) in enumerate(pieces) if len(piece.lstrip(_SPACE)) <= 1}
    kept -= {at for at, (piece, _) in enumerate(pieces) if at >= _SPECIAL and piece == "<mask>"}
    if len(kept) > size:
        raise ValueError(f"{len(kept):,} characters alone do not fit {size:,} pieces")
    for piece, _ in used.most_common():
        if len(kept) >= size:
            break
        kept.add(piece)
    rows = np.array(sorted(kept))
    content["model"]["vocab"] = [pieces[row] for row in rows.tolist()]
    content["added_tokens"] = [each for each in content["added_tokens"] if each["id"] < _SPECIAL]
    return Vocabulary(json.dumps(content, ensure_ascii=False).encode(), rows)
