"""Fine-tunes the lower layers of a small pretrained encoder on all heads at once.

Masked binary cross-entropy: a set speaks only for the heads that it labels.
Texts are folded, cut to a window (a random one, when they are longer), bucketed
by length, and disguised now and then. Resumable: the state is written every few
hundred steps, and the order of examples depends on the seed and the step alone.
"""

from __future__ import annotations

import random
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import torch
from rich.progress import Progress
from tokenizers import Tokenizer
from torch import Tensor, nn
from transformers import BertModel

from moderator.evaluation.evasions import disguise
from moderator.scorers.compact.folding import Folder
from moderator.training.datasets import HEADS, Examples

_POSITIVE_WEIGHT = torch.tensor([1.0, 1.5, 1.0, 4.0, 1.0, 2.0, 1.0, 1.0])


@dataclass(frozen=True)
class EncoderConfig:
    """Sizes are in tokens, counted with the two special ones."""

    layers: int = 4
    window: int = 128
    epochs: float = 2.2
    batch: int = 32
    learning_rate: float = 1.2e-4
    layer_decay: float = 0.9
    disguised: float = 0.15
    seed: int = 0
    checkpoint_steps: int = 200
    threads: int = 2


class Encoder(nn.Module):
    """Lower layers of BERT, mean and maximum over the tokens, one linear layer."""

    def __init__(self, pretrained: str, layers: int) -> None:
        super().__init__()
        self.bert = BertModel.from_pretrained(
            pretrained,
            add_pooling_layer=False,
            attn_implementation="eager",
            hidden_dropout_prob=0.0,
            attention_probs_dropout_prob=0.0,
        )
        self.bert.encoder.layer = self.bert.encoder.layer[:layers]
        self.bert.config.num_hidden_layers = layers
        width = self.bert.config.hidden_size
        self.dropout = nn.Dropout(0.1)
        self.head = nn.Linear(2 * width, len(HEADS))

    def forward(self, ids: Tensor, mask: Tensor) -> Tensor:
        """Logits, n x heads, of token ids n x t with their attention mask."""
        hidden = self.bert(input_ids=ids, attention_mask=mask).last_hidden_state
        keep = mask.unsqueeze(-1).to(hidden.dtype)
        mean = (hidden * keep).sum(1) / keep.sum(1)
        peak = (hidden - 1e4 * (1 - keep)).max(1).values
        logits: Tensor = self.head(self.dropout(torch.cat([mean, peak], dim=1)))
        return logits


class Batches:
    """Batches by step number: the same seed gives the same ones after a restart."""

    def __init__(
        self,
        examples: Examples,
        shares: np.ndarray,
        folder: Folder,
        tokenizer: Tokenizer,
        config: EncoderConfig,
    ) -> None:
        self._examples, self._folder, self._tokenizer, self._config = (
            examples,
            folder,
            tokenizer,
            config,
        )
        self._ids = [self._encode(text) for text in examples.texts]
        self._shares = shares
        self.per_epoch = int(shares.sum()) // config.batch
        self._epoch = -1
        self._order: list[np.ndarray] = []

    def _encode(self, text: str) -> list[int]:
        ids: list[int] = self._tokenizer.encode(
            self._folder.fold(text), add_special_tokens=False
        ).ids
        return ids

    def _start_epoch(self, epoch: int) -> None:
        rng = np.random.default_rng((self._config.seed, epoch))
        lengths = np.array([min(len(ids), self._config.window) for ids in self._ids])
        drawn = rng.random(len(self._ids)) < self._shares
        order = rng.permutation(np.flatnonzero(drawn))
        pools = [
            pool[np.argsort(lengths[pool], kind="stable")]
            for pool in np.array_split(order, max(1, len(order) // (64 * self._config.batch)))
        ]
        batches = [
            chunk
            for pool in pools
            for chunk in np.array_split(pool, max(1, len(pool) // self._config.batch))
        ]
        self._order = [batches[at] for at in rng.permutation(len(batches))]
        self._epoch = epoch

    def at(self, step: int) -> tuple[Tensor, Tensor, Tensor, Tensor]:
        """Ids, attention mask, targets (with nan), weights of the batch of this step."""
        epoch, within = divmod(step, self.per_epoch)
        if epoch != self._epoch:
            self._start_epoch(epoch)
        rows = self._order[within % len(self._order)]
        rng = random.Random(f"{self._config.seed}/{step}")
        cut = [self._window(self._row(int(row), rng), rng) for row in rows]
        width = max(map(len, cut))
        ids = torch.tensor([row + [0] * (width - len(row)) for row in cut])
        targets = torch.from_numpy(self._examples.targets[rows])
        return ids, (ids != 0).long(), targets, torch.from_numpy(self._examples.weights[rows])

    def _row(self, row: int, rng: random.Random) -> list[int]:
        if rng.random() >= self._config.disguised:
            return self._ids[row]
        return self._encode(disguise(self._examples.texts[row][:2000], rng))

    def _window(self, ids: list[int], rng: random.Random) -> list[int]:
        room = self._config.window - 2
        start = 0 if len(ids) <= room or rng.random() < 0.5 else rng.randrange(len(ids) - room + 1)
        return [101, *ids[start : start + room], 102]


def loss_of(logits: Tensor, targets: Tensor, weights: Tensor) -> Tensor:
    """Weighted mean over the known targets."""
    known = ~targets.isnan()
    goal = targets.nan_to_num(0.0)
    cost = nn.functional.binary_cross_entropy_with_logits(
        logits.float(), goal, reduction="none", pos_weight=_POSITIVE_WEIGHT
    )
    return (cost * known * weights[:, None]).sum() / (logits.shape[0] * 6)


def _groups(model: Encoder, config: EncoderConfig) -> list[dict[str, object]]:
    """Lower layers learn more slowly."""
    rates: list[tuple[nn.Module, float]] = [(model.head, 5.0)]
    for depth, layer in enumerate(model.bert.encoder.layer):
        rates.append((layer, config.layer_decay ** (config.layers - 1 - depth)))
    rates.append((model.bert.embeddings, config.layer_decay**config.layers))
    return [
        {"params": list(part.parameters()), "lr": config.learning_rate * rate, "weight_decay": 0.01}
        for part, rate in rates
    ]


def train_encoder(
    examples: Examples,
    shares: np.ndarray,
    folder: Folder,
    pretrained: Path,
    output: Path,
    config: EncoderConfig,
) -> Path:
    """Trains to the end, from the last checkpoint in `output` if any; gives the weights' path.

    `shares` holds each example's chance of being drawn in an epoch.
    """
    torch.manual_seed(config.seed)
    torch.set_num_threads(config.threads)
    output.mkdir(parents=True, exist_ok=True)
    tokenizer = Tokenizer.from_file(str(pretrained / "tokenizer.json"))
    tokenizer.no_truncation()
    tokenizer.no_padding()
    batches = Batches(examples, shares, folder, tokenizer, config)
    model = Encoder(str(pretrained), config.layers).train()
    optimizer = torch.optim.AdamW(_groups(model, config), fused=True)
    total = int(batches.per_epoch * config.epochs)
    schedule = torch.optim.lr_scheduler.LambdaLR(
        optimizer,
        lambda step: min((step + 1) / (0.06 * total), max(0.02, (total - step) / (0.94 * total))),
    )
    state, first = output / "state.pt", 0
    if state.exists():
        saved = torch.load(state, weights_only=True)
        model.load_state_dict(saved["model"])
        optimizer.load_state_dict(saved["optimizer"])
        schedule.load_state_dict(saved["schedule"])
        first = saved["step"]
    with Progress() as progress:
        task = progress.add_task("encoder", total=total, completed=first)
        recent = 0.0
        for step in range(first, total):
            ids, mask, targets, weights = batches.at(step)
            with torch.autocast("cpu", torch.bfloat16):
                logits = model(ids, mask)
            loss = loss_of(logits, targets, weights)
            optimizer.zero_grad(set_to_none=True)
            loss.backward()  # type: ignore[no-untyped-call]
            nn.utils.clip_grad_norm_(model.parameters(), 1.0)
            optimizer.step()
            schedule.step()
            recent = 0.98 * recent + 0.02 * loss.item() if step > first else loss.item()
            progress.update(task, completed=step + 1, description=f"encoder, loss {recent:.4f}")
            if (step + 1) % config.checkpoint_steps == 0 or step + 1 == total:
                saved = {"model": model.state_dict(), "optimizer": optimizer.state_dict(),
                         "schedule": schedule.state_dict(), "step": step + 1}  # fmt: skip
                torch.save(saved, state.with_suffix(".part"))
                state.with_suffix(".part").replace(state)
                print(f"step {step + 1}/{total} loss {recent:.4f}", flush=True)
    weights_path = output / f"encoder-{total}.pt"
    torch.save(model.state_dict(), weights_path)
    return weights_path
