"""Small checkpoints in the format of Detoxify's releases, made on the spot."""

from __future__ import annotations

import random
from pathlib import Path
from typing import Any, NamedTuple

import sentencepiece
import torch
import transformers
from tokenizers import ByteLevelBPETokenizer

torch.set_num_threads(1)  # for models this small more threads only wait for each other

ORIGINAL = ("toxic", "severe_toxic", "obscene", "threat", "insult", "identity_hate")
UNBIASED = (
    "toxicity", "severe_toxicity", "obscene", "identity_attack", "insult", "threat",
    "sexual_explicit",
)  # fmt: skip

TEXTS = (
    "thank you for the help, it works now",
    "You are an idiot, and nobody likes you!",
    "what a lovely morning in the garden",
    "i will find you. i know where you live.",
    "Nobody asked you; go away and never come back?",
    "the quick brown fox jumps over the lazy dog 1234567890",
    "Ça va très bien, merci — größer, naïve, señor",
    "shut up shut up shut up",
)
"""What the vocabularies are learnt from."""


class Kind(NamedTuple):
    """How one architecture is released."""

    model: str
    tokenizer: str
    labels: tuple[str, ...]
    outputs: int


KINDS = {
    "bert": Kind("BertForSequenceClassification", "BertTokenizer", ORIGINAL, 6),
    "albert": Kind("AlbertForSequenceClassification", "AlbertTokenizer", ORIGINAL, 6),
    "roberta": Kind("RobertaForSequenceClassification", "RobertaTokenizer", UNBIASED, 16),
    "xlm-roberta": Kind("XLMRobertaForSequenceClassification", "XLMRobertaTokenizer", UNBIASED, 16),
}


def make_checkpoint(name: str, folder: Path, *, model: Any = None) -> Path:
    """A release in small: `folder` gets NAME.ckpt, configuration and tokenizer.

    Two layers of width 32, weights at random but large enough that scores differ widely.
    """
    kind = KINDS[name]
    folder.mkdir(parents=True, exist_ok=True)
    write_tokenizer(name, folder)
    if model is None:
        tokenizer = getattr(transformers, kind.tokenizer).from_pretrained(folder)
        model = make_model(name, len(tokenizer))
    model.config.save_pretrained(folder)
    arch = {
        "num_classes": kind.outputs,
        "model_type": str(folder),
        "model_name": kind.model,
        "tokenizer_name": kind.tokenizer,
    }
    config = {
        "name": "small",
        "arch": {"type": name, "args": arch},
        "dataset": {"type": "Jigsaw", "args": {"classes": list(kind.labels), "val_fraction": None}},
    }
    path = folder / f"{name}.ckpt"
    torch.save({"config": config, "state_dict": model.state_dict()}, path)
    return path


def make_model(name: str, words: int) -> Any:
    kind = KINDS[name]
    model_class = getattr(transformers, kind.model)
    more: dict[str, Any] = {"embedding_size": 16} if name == "albert" else {}
    if "roberta" in name:
        more |= {"pad_token_id": 1, "bos_token_id": 0, "eos_token_id": 2, "type_vocab_size": 1}
    config = model_class.config_class(
        vocab_size=words, hidden_size=32, num_hidden_layers=2, num_attention_heads=4,
        intermediate_size=64, num_labels=kind.outputs,
        max_position_embeddings=514 if "roberta" in name else 512, **more,
    )  # fmt: skip
    torch.manual_seed(7)
    model = model_class(config)
    with torch.no_grad():
        for parameter in model.parameters():
            if parameter.dim() > 1:
                parameter.normal_(0.0, 0.25)
            else:
                parameter.add_(torch.randn_like(parameter) * 0.1)
    return model.eval()


def write_tokenizer(name: str, folder: Path) -> None:
    """The files a release's tokenizer is made of, with a small vocabulary."""
    (folder / "tokenizer_config.json").write_text('{"model_max_length": 512}', "utf-8")
    if name == "bert":
        words = {word for text in TEXTS for word in text.lower().split() if word.isalpha()}
        letters = sorted({letter for text in TEXTS for letter in text.lower()} - {" "})
        vocabulary = ["[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]", *letters]
        vocabulary += [f"##{letter}" for letter in letters if letter.isalnum()]
        vocabulary += sorted(word for word in words if len(word) > 1)
        (folder / "vocab.txt").write_text("\n".join(vocabulary) + "\n", "utf-8")
    elif name == "roberta":
        tokenizer = ByteLevelBPETokenizer()
        special = ["<s>", "<pad>", "</s>", "<unk>", "<mask>"]
        tokenizer.train_from_iterator(TEXTS, 400, 1, show_progress=False, special_tokens=special)
        tokenizer.save_model(str(folder))
    else:
        albert = name == "albert"
        numbers: dict[str, Any] = (
            {"pad_id": 0, "unk_id": 1, "bos_id": -1, "eos_id": -1} if albert else {}
        )
        with (folder / _SPM[name]).open("wb") as file:
            sentencepiece.SentencePieceTrainer.train(
                sentence_iterator=iter(TEXTS), model_writer=file, vocab_size=120, minloglevel=2,
                hard_vocab_limit=False,
                control_symbols=["[CLS]", "[SEP]", "[MASK]"] if albert else [], **numbers,
            )  # fmt: skip


_SPM = {"albert": "spiece.model", "xlm-roberta": "sentencepiece.bpe.model"}

INNOCENT = (
    "the", "quick", "brown", "fox", "jumps", "over", "lazy", "dog",
    "what", "a", "lovely", "morning", "in", "garden",
)  # fmt: skip
ABUSE = "you are an idiot"


def make_trained_checkpoint(folder: Path) -> Path:
    """A BERT release in small, trained in seconds to separate abuse from innocent words."""
    name = "bert"
    folder.mkdir(parents=True, exist_ok=True)
    write_tokenizer(name, folder)
    tokenizer = transformers.BertTokenizer.from_pretrained(folder)
    model = make_model(name, len(tokenizer)).train()
    optimizer = torch.optim.AdamW(model.parameters(), lr=3e-3)
    chance = random.Random(7)
    for _ in range(120):
        texts = [" ".join(chance.choices(INNOCENT, k=chance.randint(1, 60))) for _ in range(32)]
        for i in range(0, 32, 2):
            texts[i] = f"{texts[i]}. {ABUSE}" if i % 4 else ABUSE
        inputs = tokenizer(texts, return_tensors="pt", padding=True)
        wanted = torch.tensor([[1.0] * 6, [0.0] * 6] * 16)
        logits = model(**inputs).logits
        loss: Any = torch.nn.functional.binary_cross_entropy_with_logits(logits, wanted)
        loss.backward()
        optimizer.step()
        optimizer.zero_grad()
    return make_checkpoint(name, folder, model=model.eval())
