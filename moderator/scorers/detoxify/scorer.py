"""The Detoxify scorer: cuts documents into pieces, and takes the largest score of each text's."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from pathlib import Path

import numpy as np

from moderator.code_version import code_version
from moderator.errors import ModelError, ScorerError
from moderator.quoting.document import Document
from moderator.records import Scored
from moderator.scorers.base import Host
from moderator.scorers.detoxify.architectures import architecture_of_type
from moderator.scorers.detoxify.batches import batches, padded
from moderator.scorers.detoxify.chunking import Splitter
from moderator.scorers.detoxify.locations import locate
from moderator.scorers.detoxify.manifest import CONFIG, TOKENIZER, DetoxifyManifest, open_folder
from moderator.scorers.detoxify.runtime.base import Runtime, Scores
from moderator.scorers.detoxify.runtime.devices import Choice, choose
from moderator.settings import Detoxify

_PROBE_BOUNDS = {"fp32": 1e-3, "fp16": 0.03, "bf16": 0.05}
"""How far this machine may be from the original on the probes; int8 has its manifest's bound."""


class DetoxifyScorer:
    """Scores the author's own words with a converted Detoxify model."""

    name = "detoxify"

    def __init__(
        self, runtime: Runtime, splitter: Splitter, manifest: DetoxifyManifest, version: str
    ) -> None:
        self.version = version
        self.labels = tuple(manifest.labels)
        self._runtime = runtime
        self._splitter = splitter
        self._pad_id = manifest.pad_id

    @classmethod
    def load(cls, settings: Detoxify, *, threads: int) -> DetoxifyScorer:
        """The model that the settings name, checked against its checksums and warmed up.

        Reads safetensors or ONNX, never a pickle, and never the network. Raises ModelError,
        SettingsError or ExtraMissingError, each naming the remedy.
        """
        choice = choose(settings.runtime, settings.device, settings.precision)
        folder = open_folder(*locate(settings))
        manifest = folder.manifest
        tokenizer, weights = folder.path(TOKENIZER), folder.path(choice.file)
        if choice.runtime == "torch":
            folder.path(CONFIG)
        scorer = cls(
            open_runtime(choice, folder.directory, weights, manifest, threads),
            Splitter.load(tokenizer, manifest.window),
            manifest,
            _version(manifest, choice),
        )
        scorer._warm_up(manifest, choice)
        return scorer

    def score(self, documents: Sequence[Document]) -> list[Scored]:
        """One result a document, in order. Raises ScorerError."""
        texts = [document.unquoted_text for document in documents]
        try:
            pieces = [self._splitter.pieces(text) for text in texts]
        except (TypeError, UnicodeError):
            raise ScorerError("a text is not valid Unicode") from None
        flat = [ids for own in pieces for ids in own]
        scores = self.score_ids(flat)
        results: list[Scored] = []
        start = 0
        for own in pieces:
            worst = scores[start : start + len(own)].max(axis=0)
            results.append(Scored(dict(zip(self.labels, worst.tolist(), strict=True))))
            start += len(own)
        return results

    def score_ids(self, inputs: Sequence[Sequence[int]]) -> Scores:
        """(inputs, labels) of token ids, in order; batched by length."""
        scores = np.zeros((len(inputs), len(self.labels)), np.float32)
        for chosen in batches(inputs, self._runtime.budget):
            ids, mask = padded([inputs[i] for i in chosen], self._pad_id)
            scores[chosen] = self._runtime.run(ids, mask)
        return scores

    def deviation(self, manifest: DetoxifyManifest) -> float:
        """The largest difference from the original's scores on the manifest's probes."""
        inputs = [self._splitter.truncated(probe.text) for probe in manifest.probes]
        expected = np.array([probe.scores for probe in manifest.probes])
        return float(np.abs(self.score_ids(inputs) - expected).max())

    def _warm_up(self, manifest: DetoxifyManifest, choice: Choice) -> None:
        """Runs the largest batch, then the probes: lack of memory or wrong arithmetic shows now."""
        rows = max(self._runtime.budget // manifest.window, 1)
        full = [[self._pad_id + 1] * manifest.window] * rows
        try:
            self.score_ids(full)
            deviation = self.deviation(manifest)
        except ScorerError as error:
            raise ModelError(
                f"scorers.detoxify: the model fails on this machine: {error}: with too little "
                'memory, set precision = "int8", a -small model or another device'
            ) from None
        bound = _PROBE_BOUNDS.get(choice.precision, manifest.int8_bound)
        if not deviation <= bound:
            raise ModelError(
                f"scorers.detoxify: on this machine {choice.file} differs by {deviation:.3g} from "
                f'the original, more than {bound:g}: set precision = "fp32", or convert it here'
            )


def load(settings: Detoxify, host: Host) -> DetoxifyScorer:
    """The model that `[scorers.detoxify]` names. Raises as `DetoxifyScorer.load`."""
    return DetoxifyScorer.load(settings, threads=host.threads)


def open_runtime(
    choice: Choice, folder: Path, weights: Path, manifest: DetoxifyManifest, threads: int
) -> Runtime:
    if choice.runtime == "onnx":
        from moderator.scorers.detoxify.runtime.onnx import OnnxRuntime

        return OnnxRuntime(weights, choice.device, threads)
    from moderator.scorers.detoxify.runtime.torch import TorchRuntime

    architecture = architecture_of_type(manifest.architecture)
    return TorchRuntime(
        folder,
        weights,
        architecture,
        len(manifest.labels),
        choice.device,
        choice.precision,
        threads,
    )


def _version(manifest: DetoxifyManifest, choice: Choice) -> str:
    parts = (
        manifest.files[choice.file].sha256,
        manifest.files[TOKENIZER].sha256,
        code_version("moderator.scorers.detoxify"),
    )
    digest = hashlib.sha256(repr(parts).encode()).hexdigest()[:8]
    return f"{manifest.name}.{choice.runtime}-{choice.precision}.{digest}"
