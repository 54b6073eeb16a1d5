"""Fine-tunes the lower layers of a small pretrained encoder on all heads at once.

Masked binary cross-entropy: a set speaks only for the heads that it labels, and a teacher, if
there is one, for all. Resumable: the state is written every few hundred steps.
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import torch
from rich.progress import Progress
from torch import Tensor, nn
from torch.optim.swa_utils import AveragedModel, get_ema_multi_avg_fn
from transformers import AutoModel

from moderator.training.corpus.examples import HEADS
from moderator.training.fit.batches import Batch, Batches, EncoderConfig, Study
from moderator.training.fit.start import start_from
from moderator.training.fit.tokens import Folding, Tokens

_POSITIVE_WEIGHT = torch.tensor([1.0, 1.5, 1.0, 4.0, 1.0, 2.0, 1.0, 1.0, 1.0])
_MEAN_EVERY = 10
WEIGHTS = "weights.pt"
DEVICE = torch.device("cuda" if torch.cuda.is_available() else "cpu")


def half_precision() -> torch.autocast:
    """bfloat16 if the machine has it; a CPU that emulates it takes ten times as long."""
    able = DEVICE.type == "cuda" or torch.cpu._is_avx512_bf16_supported()
    return torch.autocast(DEVICE.type, torch.bfloat16, enabled=able)


class Encoder(nn.Module):
    """Lower layers of BERT or a like model, mean and maximum over the tokens, one linear layer."""

    def __init__(self, pretrained: str, layers: int, dropout: float = 0.0) -> None:
        super().__init__()
        self.bert = AutoModel.from_pretrained(
            pretrained,
            add_pooling_layer=False,
            attn_implementation="eager",
            hidden_dropout_prob=dropout,
            attention_probs_dropout_prob=dropout,
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


def loss_of(logits: Tensor, batch: Batch, taught: float) -> Tensor:
    """Weighted mean over the known labels, and over what a teacher says."""
    logits = logits.float()
    cost = _cost(logits, batch.targets, pos_weight=_POSITIVE_WEIGHT.to(logits.device))
    cost = cost + taught * _cost(logits, batch.soft)
    return (cost * batch.weights[:, None]).sum() / (logits.shape[0] * 6)


def _cost(logits: Tensor, goal: Tensor, pos_weight: Tensor | None = None) -> Tensor:
    each = nn.functional.binary_cross_entropy_with_logits(
        logits, goal.nan_to_num(0.0), reduction="none", pos_weight=pos_weight
    )
    return each * ~goal.isnan()


def _groups(model: Encoder, config: EncoderConfig) -> list[dict[str, object]]:
    """Lower layers learn more slowly."""
    rates: list[tuple[nn.Module, float]] = [(model.head, 5.0)]
    for depth, layer in enumerate(model.bert.encoder.layer):
        rates.append((layer, config.layer_decay ** (config.layers - 1 - depth)))
    rates.append((model.bert.embeddings, config.layer_decay**config.layers))
    if config.frozen:
        for part in (model.bert.embeddings, *model.bert.encoder.layer[: config.frozen]):
            part.requires_grad_(False)
    rates = [(part, rate) for part, rate in rates if next(part.parameters()).requires_grad]
    return [
        {"params": list(part.parameters()), "lr": config.learning_rate * rate, "weight_decay": 0.01}
        for part, rate in rates
    ]


def train_encoder(
    study: Study,
    folder: Folding,
    pretrained: Path,
    start: Path | None,
    output: Path,
    config: EncoderConfig,
) -> None:
    """Trains from the graph `start` (else from `pretrained`), or from the last checkpoint.

    Checkpoints lie in `output`; on a CPU a run that was broken off ends with the same weights.
    What is written in the end, as WEIGHTS in `output`, is a running mean of the weights.
    """
    torch.manual_seed(config.seed)
    torch.set_num_threads(config.threads)
    output.mkdir(parents=True, exist_ok=True)
    batches = Batches(study, Tokens(pretrained, folder), config)
    model = Encoder(str(pretrained), config.layers, config.dropout)
    if start is not None:
        start_from(model, start)
    model = model.to(DEVICE).train()
    mean = AveragedModel(
        model,
        multi_avg_fn=get_ema_multi_avg_fn(config.mean_decay),  # type: ignore[no-untyped-call]
    )
    optimizer = torch.optim.AdamW(_groups(model, config), fused=True)
    total = int(batches.per_epoch * config.epochs)
    schedule = torch.optim.lr_scheduler.LambdaLR(
        optimizer,
        lambda step: min((step + 1) / (0.06 * total), max(0.02, (total - step) / (0.94 * total))),
    )
    parts: dict[str, Any] = {
        "model": model,
        "mean": mean,
        "optimizer": optimizer,
        "schedule": schedule,
    }
    state, first = output / "state.pt", 0
    if state.exists():
        saved = torch.load(state, weights_only=True, map_location=DEVICE)
        for name, part in parts.items():
            part.load_state_dict(saved[name])
        first = saved["step"]
        torch.set_rng_state(saved["random"].cpu())
    with Progress() as progress:
        task = progress.add_task("encoder", total=total, completed=first)
        recent = 0.0
        for step in range(first, total):
            batch = Batch(*(part.to(DEVICE) for part in batches.at(step)))
            with half_precision():
                logits = model(batch.ids, batch.mask)
            loss = loss_of(logits, batch, config.taught)
            optimizer.zero_grad(set_to_none=True)
            loss.backward()  # type: ignore[no-untyped-call]
            nn.utils.clip_grad_norm_(model.parameters(), 1.0)
            optimizer.step()
            schedule.step()
            if step % _MEAN_EVERY == 0:
                mean.update_parameters(model)
            recent = 0.98 * recent + 0.02 * loss.item() if step > first else loss.item()
            progress.update(task, completed=step + 1, description=f"encoder, loss {recent:.4f}")
            if (step + 1) % config.checkpoint_steps == 0 or step + 1 == total:
                saved = {name: part.state_dict() for name, part in parts.items()}
                saved |= {"step": step + 1, "random": torch.get_rng_state()}
                torch.save(saved, state.with_suffix(".part"))
                state.with_suffix(".part").replace(state)
                print(f"step {step + 1}/{total} loss {recent:.4f}", flush=True)
    torch.save(mean.module.cpu().state_dict(), output / WEIGHTS)


def load_weights(folder: Path) -> dict[str, Tensor]:
    """What a finished run left in `folder`; FileNotFoundError if it is not finished."""
    weights: dict[str, Tensor] = torch.load(folder / WEIGHTS, weights_only=True)
    return weights


def mean_weights(folders: Sequence[Path]) -> dict[str, Tensor]:
    """The mean of runs that began alike; it ranks better than each (Wortsman et al. 2022)."""
    runs = [load_weights(folder) for folder in folders]
    return {name: torch.stack([run[name] for run in runs]).mean(0) for name in runs[0]}
