"""The scorer around a stub runtime: pooling, order, batching; and which runtime is chosen."""

from __future__ import annotations

import numpy as np
import pytest

from moderator.errors import ModelError, ScorerError, SettingsError
from moderator.quoting.document import Document
from moderator.scorers.detoxify import DetoxifyScorer
from moderator.scorers.detoxify.chunking import Splitter
from moderator.scorers.detoxify.labels import standard_labels
from moderator.scorers.detoxify.manifest import DetoxifyManifest
from moderator.scorers.detoxify.runtime import devices
from moderator.scorers.detoxify.runtime.base import Ids, Scores
from moderator.scorers.detoxify.runtime.devices import Device, choose
from moderator.scorers.model_folder import FileEntry
from tests.unit.scorers.detoxify.test_chunking import WINDOW, letters


class StubRuntime:
    """Scores the share of `x` (toxicity) and of `y` (insult) among the tokens."""

    budget = 160

    def __init__(self) -> None:
        self.shapes: list[tuple[int, ...]] = []

    def run(self, ids: Ids, mask: Ids) -> Scores:
        self.shapes.append(ids.shape)
        words = mask.sum(axis=1) - 2
        counts = [((ids == letters().token_to_id(letter)) * mask).sum(axis=1) for letter in "xy"]
        scores: Scores = (np.array(counts) / np.maximum(words, 1)).T.astype(np.float32)
        return scores


@pytest.fixture
def runtime() -> StubRuntime:
    return StubRuntime()


@pytest.fixture
def scorer(runtime: StubRuntime) -> DetoxifyScorer:
    manifest = DetoxifyManifest(
        name="stub", format=1, architecture="bert", labels=("toxicity", "insult"), window=WINDOW,
        pad_id=0, source=FileEntry("", 0), files={}, differences={}, int8_bound=0.05, probes=[],
    )  # fmt: skip
    return DetoxifyScorer(runtime, Splitter(letters(), WINDOW), manifest, "1")


def score(scorer: DetoxifyScorer, *texts: str) -> list[dict[str, float]]:
    return [scored.scores for scored in scorer.score([Document.of(text) for text in texts])]


def test_the_worst_piece_of_each_label_is_the_texts_score(scorer: DetoxifyScorer) -> None:
    long = "aaaa. " * 20 + "xx. " + "bbb. " * 20 + "yy. aa"
    assert score(scorer, "xa", long, "aaaa") == [
        {"toxicity": 0.5, "insult": 0.0},
        {"toxicity": pytest.approx(2 / 3), "insult": pytest.approx(2 / 3)},
        {"toxicity": 0.0, "insult": 0.0},
    ]


def test_order_is_kept_over_batches_of_like_length(
    scorer: DetoxifyScorer, runtime: StubRuntime
) -> None:
    texts = ["x" * n + "a" * (20 - n) for n in range(20)] + ["x", "xa", "a"]
    found = [scores["toxicity"] for scores in score(scorer, *texts)]
    assert found == pytest.approx([n / 20 for n in range(20)] + [1, 0.5, 0])
    assert all(rows * width <= runtime.budget for rows, width in runtime.shapes)
    assert runtime.shapes[-1][1] <= 4


def test_no_documents_no_results(scorer: DetoxifyScorer, runtime: StubRuntime) -> None:
    assert scorer.score([]) == []
    assert runtime.shapes == []


def test_quotes_are_not_scored(scorer: DetoxifyScorer) -> None:
    assert score(scorer, "> xxx\naaa")[0]["toxicity"] == 0


def test_a_lone_surrogate_is_a_scorer_error(scorer: DetoxifyScorer) -> None:
    with pytest.raises(ScorerError, match="Unicode"):
        score(scorer, "\ud800")


@pytest.mark.parametrize(
    ("asked", "gpu", "chosen"),
    [
        (("auto", "auto", "fp32"), "", ("onnx", "cpu", "model.onnx")),
        (("auto", "auto", "int8"), "onnx torch", ("onnx", "cpu", "model.int8.onnx")),
        (("torch", "auto", "fp32"), "", ("torch", "cpu", "model.safetensors")),
        (("auto", "auto", "fp32"), "torch", ("torch", "cuda:0", "model.safetensors")),
        (("auto", "auto", "fp32"), "onnx torch", ("onnx", "cuda:0", "model.onnx")),
        (("onnx", "auto", "fp32"), "torch", ("onnx", "cpu", "model.onnx")),
        (("auto", "cuda:1", "bf16"), "onnx torch", ("torch", "cuda:1", "model.safetensors")),
        (("auto", "auto", "fp16"), "torch", ("torch", "cuda:0", "model.safetensors")),
        (("auto", "cpu", "fp32"), "onnx torch", ("onnx", "cpu", "model.onnx")),
    ],
)
def test_what_runs_where(
    monkeypatch: pytest.MonkeyPatch,
    tmp_path_factory: pytest.TempPathFactory,
    asked: tuple[str, str, str],
    gpu: str,
    chosen: tuple[str, str, str],
) -> None:
    driver = tmp_path_factory.mktemp("dev") / "nvidiactl"
    if gpu:
        driver.touch()
    monkeypatch.setattr(devices, "_DRIVER", driver)
    monkeypatch.setattr(devices, "_onnx_has_cuda", lambda: "onnx" in gpu)
    monkeypatch.setattr(
        devices,
        "_torch_has_cuda",
        lambda: "torch" in gpu if gpu else pytest.fail("takes seconds, for nothing"),
    )
    choice = choose(*asked)
    assert (choice.runtime, str(choice.device), choice.file) == chosen


@pytest.mark.parametrize("name", ["gpu", "cuda:", "cuda:x", "cpu:0", ""])
def test_an_unknown_device_is_refused(name: str) -> None:
    with pytest.raises(SettingsError, match="device"):
        Device.parse(name)


def test_labels_get_their_standard_names_and_others_are_refused() -> None:
    assert standard_labels(["toxic", "identity_hate"], "f") == ("toxicity", "identity_attack")
    with pytest.raises(ModelError, match="unknown labels spam"):
        standard_labels(["toxic", "spam"], "f")
    with pytest.raises(ModelError, match="differ"):
        standard_labels(["toxic", "toxicity"], "f")
