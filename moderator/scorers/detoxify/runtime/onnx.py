"""A converted model on onnxruntime: needs neither torch nor transformers."""

from __future__ import annotations

from pathlib import Path

import onnxruntime as ort
from onnxruntime.capi.onnxruntime_pybind11_state import (
    EPFail,
    Fail,
    InvalidArgument,
    InvalidGraph,
    InvalidProtobuf,
    RuntimeException,
)
from onnxruntime.capi.onnxruntime_pybind11_state import (
    NotImplemented as Unsupported,
)

from moderator.errors import ModelError, ScorerError
from moderator.scorers.detoxify.runtime.base import CPU_BUDGET, GPU_BUDGET, Ids, Scores
from moderator.scorers.detoxify.runtime.devices import Device

_ERRORS = (
    RuntimeException,
    Fail,
    EPFail,
    InvalidArgument,
    InvalidGraph,
    InvalidProtobuf,
    Unsupported,
)
_CUDA = "CUDAExecutionProvider"


def has_cuda() -> bool:
    """Whether this onnxruntime was built for CUDA."""
    return _CUDA in ort.get_available_providers()


class OnnxRuntime:
    """One session on one device, with at most `threads` threads on a CPU."""

    def __init__(self, path: Path, device: Device, threads: int) -> None:
        options = ort.SessionOptions()
        options.intra_op_num_threads = threads
        options.inter_op_num_threads = 1
        options.add_session_config_entry("session.intra_op.allow_spinning", "0")
        providers: list[str | tuple[str, dict[str, str]]] = ["CPUExecutionProvider"]
        if device.kind == "cuda":
            providers.insert(0, (_CUDA, {"device_id": str(device.number)}))
        try:
            self._session = ort.InferenceSession(str(path), options, providers=providers)
        except _ERRORS as error:
            raise ModelError(
                f"{path}: onnxruntime cannot load it: {_first_line(error)}: if memory is "
                'short, set scorers.detoxify.precision = "int8" or a -small model; '
                "otherwise convert the model again"
            ) from None
        if device.kind == "cuda" and self._session.get_providers()[0] != _CUDA:
            raise ModelError(
                f"scorers.detoxify.device = {device}: onnxruntime found no usable GPU: "
                'check the driver, or set device = "cpu"'
            )
        self.budget = CPU_BUDGET if device.kind == "cpu" else GPU_BUDGET

    def run(self, ids: Ids, mask: Ids) -> Scores:
        try:
            scores: Scores = self._session.run(
                ["scores"], {"input_ids": ids, "attention_mask": mask}
            )[0]
        except _ERRORS as error:
            raise ScorerError(f"onnxruntime: {_first_line(error)}") from None
        return scores


def _first_line(error: Exception) -> str:
    return str(error).partition("\n")[0][:300]
