"""Converts a checkpoint to safetensors and ONNX, checked against the original."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import msgspec
import numpy as np

from moderator.errors import ModelError
from moderator.scorers.detoxify import manifest as files
from moderator.scorers.detoxify.chunking import Splitter
from moderator.scorers.detoxify.conversion.checkpoint import (
    Checkpoint,
    find_checkpoint,
    read_checkpoint,
)
from moderator.scorers.detoxify.conversion.probes import PROBES
from moderator.scorers.detoxify.locations import CONVERTED
from moderator.scorers.detoxify.manifest import DetoxifyManifest, Probe
from moderator.scorers.detoxify.optional_deps import need
from moderator.scorers.detoxify.runtime.devices import Choice, Device
from moderator.scorers.detoxify.runtime.torch import build_model, quiet
from moderator.scorers.detoxify.scorer import DetoxifyScorer, open_runtime
from moderator.scorers.model_folder import FileEntry, write_manifest

FEATURE = "converting a Detoxify checkpoint"
SAFETENSORS_BOUND, ONNX_BOUND, INT8_BOUND = 1e-5, 1e-4, 0.08
"""The largest difference from the original's scores, over all probes and labels. The products of
int8 have seven bits, so that they do not overflow on CPUs without VNNI (see `graph_builder`)."""

Report = Callable[[str], None]


def convert(
    path: Path,
    *,
    huggingface_path: Path | None = None,
    trust_pickle: bool = False,
    int8_bound: float = INT8_BOUND,
    report: Report = lambda _: None,
) -> DetoxifyManifest:
    """Convert the checkpoint at `path` (a file, or the folder that holds it).

    Writes the folder `converted` next to it in one move: it is complete or absent. Configuration
    and tokenizer come from `huggingface_path`, by default the checkpoint's folder. Raises
    ModelError if parts do not fit each other, or a file differs from the original by more than its
    bound; an int8 file that does is left out, and the manifest does not list it.
    """
    need("onnx", FEATURE)
    source = find_checkpoint(path)
    origin = huggingface_path or source.parent
    checkpoint = read_checkpoint(source, trust_pickle=trust_pickle)
    report(
        f"read {source.name}: {checkpoint.architecture.model_type}, {', '.join(checkpoint.labels)}"
    )
    model = build_model(checkpoint.architecture, origin, checkpoint.weights)
    outputs = model.config.num_labels
    if outputs < len(checkpoint.labels):
        raise ModelError(f"{source}: {outputs} outputs for {len(checkpoint.labels)} labels")
    tokenizer = _tokenizer(checkpoint, origin)

    work = source.parent / f".{CONVERTED}-new"
    shutil.rmtree(work, ignore_errors=True)
    try:
        work.mkdir()
        window = _write_inputs(work, model, tokenizer)
        _write_weights(work, model, checkpoint, report)
        probes = _probes(model, tokenizer, window, len(checkpoint.labels))
        manifest = DetoxifyManifest(
            name=source.stem,
            format=DetoxifyManifest.FORMAT,
            architecture=checkpoint.architecture.model_type,
            labels=checkpoint.labels,
            window=window,
            pad_id=model.config.pad_token_id,
            source=FileEntry.of(source),
            files={},
            differences={},
            int8_bound=int8_bound,
            probes=probes,
        )
        manifest = _measured(work, manifest, report)
        write_manifest(work, manifest)
        _replace(work, source.parent / CONVERTED)
    finally:
        shutil.rmtree(work, ignore_errors=True)
    return manifest


def _tokenizer(checkpoint: Checkpoint, origin: Path) -> Any:
    transformers = need("transformers", FEATURE)
    with quiet(transformers):
        try:
            return getattr(
                transformers, f"{checkpoint.architecture.tokenizer_class}Fast"
            ).from_pretrained(origin, local_files_only=True)
        except (OSError, ValueError, TypeError, ImportError) as error:
            reason = str(error).strip().partition("\n")[0][:200]
            raise ModelError(
                f"{origin}: no usable files of a {checkpoint.architecture.tokenizer_class} "
                f"({reason}): "
                "put them there, or name their folder with --huggingface-path"
            ) from None


def _write_inputs(work: Path, model: Any, tokenizer: Any) -> int:
    """Writes tokenizer and configuration; the longest input in tokens."""
    config = model.config
    config.save_pretrained(work)
    (work / files.TOKENIZER).write_text(tokenizer.backend_tokenizer.to_str(), "utf-8")
    positions: int = config.max_position_embeddings
    if config.model_type in ("roberta", "xlm-roberta"):
        positions -= config.pad_token_id + 1
    longest: int = min(positions, tokenizer.model_max_length)
    return longest


def _write_weights(work: Path, model: Any, checkpoint: Checkpoint, report: Report) -> None:
    onnx = need("onnx", FEATURE)
    from moderator.scorers.detoxify.conversion.graph import EncoderShape, build_graph

    config = model.config
    if checkpoint.architecture.model_type == "albert" and (
        config.num_hidden_groups != 1 or config.inner_group_num != 1
    ):
        raise ModelError("config.json: ALBERT with more than one group of layers is not supported")
    weights = {name: t.detach().float().contiguous() for name, t in model.state_dict().items()}
    report(f"writing {files.SAFETENSORS}")
    need("safetensors.torch", FEATURE).save_file(weights, work / files.SAFETENSORS)
    shape = EncoderShape(
        checkpoint.architecture,
        layers=config.num_hidden_layers,
        heads=config.num_attention_heads,
        activation=config.hidden_act,
        epsilon=config.layer_norm_eps,
        pad_id=config.pad_token_id,
        outputs=len(checkpoint.labels),
    )
    arrays: Mapping[str, Any] = {name: tensor.numpy() for name, tensor in weights.items()}
    for name, quantized in ((files.ONNX, False), (files.ONNX_INT8, True)):
        report(f"writing {name}")
        onnx.save(build_graph(arrays, shape, quantized=quantized), work / name)


def _probes(model: Any, tokenizer: Any, window: int, labels: int) -> list[Probe]:
    """The original's scores, each text on its own, as Detoxify's `predict` computes them."""
    torch = need("torch", FEATURE)
    probes = []
    for text in PROBES:
        inputs = tokenizer(text, return_tensors="pt", truncation=True, max_length=window)
        with torch.inference_mode():
            logits = model(**inputs).logits[0, :labels]
        probes.append(Probe(text, torch.sigmoid(logits).tolist()))
    return probes


def _measured(work: Path, manifest: DetoxifyManifest, report: Report) -> DetoxifyManifest:
    """The manifest with every file that keeps within its bound."""
    cpu = Device("cpu")
    threads = need("torch", FEATURE).get_num_threads()
    bounds = {
        Choice("torch", cpu, "fp32", files.SAFETENSORS): SAFETENSORS_BOUND,
        Choice("onnx", cpu, "fp32", files.ONNX): ONNX_BOUND,
        Choice("onnx", cpu, "int8", files.ONNX_INT8): manifest.int8_bound,
    }
    differences = {}
    kept = [files.TOKENIZER, files.CONFIG]
    for choice, bound in bounds.items():
        runtime = open_runtime(choice, work, work / choice.file, manifest, threads)
        splitter = Splitter.load(work / files.TOKENIZER, manifest.window)
        difference = DetoxifyScorer(runtime, splitter, manifest, "").deviation(manifest)
        report(f"{choice.file}: differs by at most {difference:.2g} from the original ({bound:g})")
        differences[choice.file] = difference
        if difference <= bound:
            kept.append(choice.file)
        elif choice.precision == "int8" and not np.isnan(difference):
            (work / choice.file).unlink()
        else:
            raise ModelError(
                f"{choice.file} differs by {difference:.3g} from the original, more than {bound:g}"
            )
    return msgspec.structs.replace(
        manifest, files={name: FileEntry.of(work / name) for name in kept}, differences=differences
    )


def _replace(work: Path, target: Path) -> None:
    """Puts a finished folder in its place; an older one is removed only afterwards."""
    old = target.with_name(f".{target.name}-old")
    shutil.rmtree(old, ignore_errors=True)
    if target.exists():
        target.rename(old)
    work.rename(target)
    shutil.rmtree(old, ignore_errors=True)
