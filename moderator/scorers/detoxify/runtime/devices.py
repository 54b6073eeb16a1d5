"""Chooses runtime, device and model file for the settings."""

from __future__ import annotations

import importlib.util
from pathlib import Path
from typing import NamedTuple

from moderator.errors import SettingsError
from moderator.scorers.detoxify.manifest import ONNX, ONNX_INT8, SAFETENSORS

_KEY = "scorers.detoxify"
_DRIVER = Path("/dev/nvidiactl")


class Device(NamedTuple):
    """`kind` is `cpu` or `cuda`; `number` counts the GPUs."""

    kind: str
    number: int = 0

    def __str__(self) -> str:
        return self.kind if self.kind == "cpu" else f"{self.kind}:{self.number}"

    @classmethod
    def parse(cls, name: str) -> Device:
        """The device that a setting names. Raises SettingsError for any other name."""
        kind, _, number = name.partition(":")
        if kind == "cuda" and (name == kind or number.isdecimal()):
            return cls(kind, int(number or 0))
        if name == "cpu":
            return cls(name)
        raise SettingsError(f"{_KEY}.device: unknown device {name!r}: auto, cpu, cuda, cuda:N")


class Choice(NamedTuple):
    """Which file to load, with which runtime, on which device."""

    runtime: str
    device: Device
    precision: str
    file: str


def choose(runtime: str, device: str, precision: str) -> Choice:
    """The runtime (`onnx`, `torch`), device and file for settings that may be `auto`.

    int8 is onnxruntime's, on the CPU; fp16 and bf16 are torch's, on a GPU; fp32 is onnxruntime's
    unless only torch can reach the GPU. Raises SettingsError if settings contradict each other.
    """
    own = {"int8": "onnx", "fp16": "torch", "bf16": "torch"}.get(precision)
    if own and runtime not in ("auto", own):
        raise SettingsError(f"{_KEY}.precision = {precision!r} needs runtime = {own!r} or 'auto'")
    if precision == "int8":
        if device not in ("auto", "cpu"):
            raise SettingsError(f"{_KEY}.precision = 'int8' needs device = 'cpu' or 'auto'")
        return Choice("onnx", Device("cpu"), precision, ONNX_INT8)
    runtime = own or runtime
    chosen = _find(runtime) if device == "auto" else Device.parse(device)
    if own and chosen.kind == "cpu":
        raise SettingsError(
            f"{_KEY}.precision = {precision!r} needs a GPU, and none was found: "
            "'fp32' and 'int8' run on a CPU"
        )
    if runtime == "auto":
        runtime = "onnx" if chosen.kind == "cpu" or _onnx_has_cuda() else "torch"
    return Choice(
        runtime,
        chosen,
        precision,
        ONNX if runtime == "onnx" else SAFETENSORS,
    )


def _find(runtime: str) -> Device:
    """A GPU if a driver is there and the runtime, or either, can use it; else the CPU."""
    if not _DRIVER.exists():  # asking torch would take seconds
        return Device("cpu")
    usable = (runtime != "torch" and _onnx_has_cuda()) or (runtime != "onnx" and _torch_has_cuda())
    return Device("cuda" if usable else "cpu")


def _onnx_has_cuda() -> bool:
    from moderator.scorers.detoxify.runtime.onnx import has_cuda

    return has_cuda()


def _torch_has_cuda() -> bool:
    if importlib.util.find_spec("torch") is None:
        return False
    from moderator.scorers.detoxify.runtime.torch import has_cuda

    return has_cuda()
