"""A tokenizer of a few words, for tiny random encoders."""

from collections.abc import Sequence
from pathlib import Path

from tokenizers import Tokenizer
from tokenizers.models import WordLevel
from tokenizers.pre_tokenizers import Whitespace
from tokenizers.processors import TemplateProcessing


def write_tokenizer(folder: Path, words: Sequence[str]) -> None:
    """`words` begin with: first token, padding, last token, unknown word."""
    first, _, last, unknown = words[:4]
    tokenizer = Tokenizer(WordLevel({word: at for at, word in enumerate(words)}, unknown))
    tokenizer.pre_tokenizer = Whitespace()
    tokenizer.post_processor = TemplateProcessing(
        single=f"{first} $A {last}", special_tokens=[(first, 0), (last, 2)]
    )
    tokenizer.save(str(folder / "tokenizer.json"))
