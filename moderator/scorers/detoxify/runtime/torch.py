"""A converted model on torch, from safetensors: for GPUs, and for exact float32 weights."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from moderator.errors import ModelError, ScorerError
from moderator.scorers.detoxify.architectures import Architecture
from moderator.scorers.detoxify.optional_deps import need
from moderator.scorers.detoxify.runtime.base import CPU_BUDGET, GPU_BUDGET, Ids, Scores
from moderator.scorers.detoxify.runtime.devices import Device

FEATURE = "running Detoxify on torch"
_DTYPES = {"fp32": "float32", "fp16": "float16", "bf16": "bfloat16"}


def has_cuda() -> bool:
    """Whether torch sees a GPU."""
    return bool(need("torch", FEATURE).cuda.is_available())


class TorchRuntime:
    """transformers' own model on one device, with at most `threads` threads on a CPU.

    torch has one thread count per process: the model loaded last sets it.
    """

    def __init__(
        self,
        folder: Path,
        weights: Path,
        architecture: Architecture,
        labels: int,
        device: Device,
        precision: str,
        threads: int,
    ) -> None:
        self._torch = need("torch", FEATURE)
        tensors = need("safetensors.torch", FEATURE).load_file(weights)
        model = build_model(architecture, folder, tensors)
        self._torch.set_num_threads(threads)
        try:
            self._model = model.to(
                device=str(device), dtype=getattr(self._torch, _DTYPES[precision])
            )
        except (RuntimeError, AssertionError) as error:  # out of memory; built without CUDA
            raise ModelError(
                f"scorers.detoxify.device = {str(device)!r}: {_first_line(error)}: set another "
                'device, precision = "int8" (CPU), or a -small model'
            ) from None
        self._device = str(device)
        self._labels = labels
        self.budget = CPU_BUDGET if device.kind == "cpu" else GPU_BUDGET

    def run(self, ids: Ids, mask: Ids) -> Scores:
        torch = self._torch
        try:
            with torch.inference_mode():
                logits = self._model(
                    input_ids=torch.from_numpy(ids).to(self._device),
                    attention_mask=torch.from_numpy(mask).to(self._device),
                ).logits
                scores: Scores = torch.sigmoid(logits[:, : self._labels].float()).cpu().numpy()
        except RuntimeError as error:  # out of memory among them
            raise ScorerError(f"torch: {type(error).__name__}: {_first_line(error)}") from None
        return scores


def build_model(architecture: Architecture, folder: Path, tensors: Any) -> Any:
    """transformers' model of a architecture with these weights and the configuration of `folder`.

    It has as many outputs as the weights, whatever the configuration says. Raises ModelError
    if weights and configuration do not fit each other.
    """
    transformers = need("transformers", FEATURE)
    outputs = tensors.get(f"{architecture.classifier}.bias")
    if outputs is None:
        raise ModelError(
            f"the checkpoint has no {architecture.classifier}.bias: "
            f"not a {architecture.model_class}"
        )
    with quiet(transformers):
        config = read_config(architecture, folder, num_labels=len(outputs))
        try:
            model, report = getattr(transformers, architecture.model_class).from_pretrained(
                None, config=config, state_dict=dict(tensors), output_loading_info=True
            )
        except RuntimeError as error:
            raise ModelError(f"{folder}: {_misfit(_first_line(error))}") from None
    missing = sorted(report["missing_keys"]) or sorted(report["mismatched_keys"])
    if missing:
        raise ModelError(f"{folder}: {_misfit(f'{len(missing)} weights, first {missing[0]}')}")
    return model.eval()


def read_config(architecture: Architecture, folder: Path, **changes: Any) -> Any:
    """transformers' configuration in `folder`; ModelError if it is another architecture's."""
    transformers = need("transformers", FEATURE)
    try:
        config = transformers.AutoConfig.from_pretrained(folder, local_files_only=True, **changes)
    except (OSError, ValueError) as error:
        raise ModelError(
            f"{folder}: no usable config.json ({_first_line(error)}): "
            "put it there, or name its folder as scorers.detoxify.huggingface_path"
        ) from None
    if config.model_type != architecture.model_type:
        raise ModelError(
            f"{folder}: config.json describes a {config.model_type!r}, "
            f"the checkpoint holds a {architecture.model_type!r}"
        )
    return config


@contextmanager
def quiet(transformers: Any) -> Iterator[None]:
    """Silences the library's progress bars and reports; this package reports its own."""
    log = transformers.utils.logging
    level, bars = log.get_verbosity(), log.is_progress_bar_enabled()
    log.set_verbosity(log.CRITICAL)
    log.disable_progress_bar()
    try:
        yield
    finally:
        log.set_verbosity(level)
        if bars:
            log.enable_progress_bar()


def _misfit(what: str) -> str:
    return f"the weights do not fit config.json ({what}): use the configuration they were made with"


def _first_line(error: Exception) -> str:
    return str(error).strip().partition("\n")[0][:300]
