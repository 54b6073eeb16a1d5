"""Our Detoxify answers as Detoxify does, on every architecture it has released."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest

from moderator.quoting.document import Document
from moderator.scorers.detoxify import DetoxifyScorer
from moderator.scorers.detoxify.conversion.convert import INT8_BOUND
from moderator.settings import Detoxify

pytestmark = pytest.mark.timeout(400)  # whoever comes first makes the models

ARCHITECTURES = ("bert", "albert", "roberta", "xlm-roberta")

TEXTS = (
    "thank you, that was helpful",
    "You are an IDIOT!",
    "",
    " \n\t ",
    "a [SEP] b [PAD] c <pad> d </s> e",
    "Ça va? größer… 这是 \U0001f602 \u202e zero\u200bwidth",
    "x" * 300,
    "one two three four five six seven eight nine ten " * 8,
    "no",
)


def scorer(folder: Path, runtime: str = "auto", precision: str = "fp32") -> DetoxifyScorer:
    settings = Detoxify.model_validate(
        {"checkpoint": folder, "runtime": runtime, "precision": precision, "device": "cpu"}
    )
    return DetoxifyScorer.load(settings, threads=1)


def ours(scorer: DetoxifyScorer, *texts: str) -> list[dict[str, float]]:
    return [scored.scores for scored in scorer.score([Document.of(text) for text in texts])]


@pytest.fixture(scope="session")
def theirs(releases: Mapping[str, Path]) -> Mapping[str, Any]:
    """Detoxify's own objects on the same checkpoints."""
    from detoxify import Detoxify as Original

    return {
        name: Original(checkpoint=str(folder / f"{name}.ckpt"), huggingface_config_path=str(folder))
        for name, folder in releases.items()
    }


@pytest.mark.parametrize("architecture", ARCHITECTURES)
@pytest.mark.parametrize(
    ("runtime", "precision", "bound"),
    [("torch", "fp32", 1e-5), ("onnx", "fp32", 1e-4), ("onnx", "int8", INT8_BOUND)],
)
def test_scores_are_those_of_detoxify(
    releases: Mapping[str, Path],
    theirs: Mapping[str, Any],
    architecture: str,
    runtime: str,
    precision: str,
    bound: float,
) -> None:
    found = ours(scorer(releases[architecture], runtime, precision), *TEXTS)
    expected = [theirs[architecture].predict(text) for text in TEXTS]
    assert [list(scores) for scores in found] == [list(scores) for scores in expected]
    differences = [
        abs(scores[label] - wanted[label])
        for scores, wanted in zip(found, expected, strict=True)
        for label in wanted
    ]
    assert max(differences) <= bound
    spread = {round(wanted["toxicity"], 2) for wanted in expected}
    assert len(spread) > 4, "a model that says the same of every text would prove nothing"


@pytest.mark.parametrize("architecture", ARCHITECTURES)
def test_labels_are_those_with_a_class(releases: Mapping[str, Path], architecture: str) -> None:
    labels = scorer(releases[architecture]).labels
    assert ("sexual_explicit" in labels) == (architecture in ("roberta", "xlm-roberta"))
    assert len(labels) == (7 if "roberta" in architecture else 6)


def test_only_the_authors_own_words_are_scored(releases: Mapping[str, Path]) -> None:
    model = scorer(releases["bert"])
    quoting, alone = ours(model, "> You are an idiot!\nno", "no")
    assert quoting == alone


@pytest.mark.parametrize("joint", [". ", " "], ids=["its own sentence", "no punctuation at all"])
@pytest.mark.parametrize(("runtime", "precision"), [("onnx", "fp32"), ("onnx", "int8")])
def test_abuse_behind_5000_innocent_words_scores_as_it_does_alone(
    small_detoxify: Any, trained: Path, joint: str, runtime: str, precision: str
) -> None:
    model = scorer(trained, runtime, precision)
    padding = " ".join((small_detoxify.INNOCENT * 500)[:5000])
    hidden, alone, innocent = ours(
        model, f"{padding}{joint}{small_detoxify.ABUSE}", small_detoxify.ABUSE, padding
    )
    assert alone["toxicity"] > 0.9
    assert innocent["toxicity"] < 0.1
    assert hidden["toxicity"] == pytest.approx(alone["toxicity"], abs=0.02)


def test_detoxify_itself_is_blind_there(small_detoxify: Any, trained: Path) -> None:
    from detoxify import Detoxify as Original

    original = Original(checkpoint=str(trained / "bert.ckpt"), huggingface_config_path=str(trained))
    padding = " ".join((small_detoxify.INNOCENT * 500)[:5000])
    assert original.predict(f"{padding}. {small_detoxify.ABUSE}")["toxicity"] < 0.1


def test_versions_differ_by_runtime_precision_and_model(releases: Mapping[str, Path]) -> None:
    versions = {
        scorer(releases["bert"], "onnx").version,
        scorer(releases["bert"], "torch").version,
        scorer(releases["bert"], "onnx", "int8").version,
        scorer(releases["albert"], "onnx").version,
    }
    assert len(versions) == 4
    assert scorer(releases["bert"], "onnx").version in versions


def test_onnx_needs_neither_torch_nor_transformers(releases: Mapping[str, Path]) -> None:
    program = f"""
import sys
for name in ("torch", "transformers", "detoxify", "safetensors", "onnx"):
    sys.modules[name] = None
from pathlib import Path
from moderator.errors import ExtraMissingError
from moderator.scorers.detoxify import DetoxifyScorer
from moderator.settings import Detoxify
from moderator.quoting.document import Document
folder = Path({str(releases["bert"])!r})
model = DetoxifyScorer.load(Detoxify(checkpoint=folder, device="cpu"), threads=1)
assert model.score([Document.of("no")])[0].scores["toxicity"] > 0
try:
    DetoxifyScorer.load(Detoxify(checkpoint=folder, device="cpu", runtime="torch"), threads=1)
except ExtraMissingError as error:
    print(error)
"""
    done = subprocess.run(
        [sys.executable, "-c", program], check=False, capture_output=True, text=True
    )
    assert done.returncode == 0, done.stderr
    assert "pip install 'moderator[detoxify]'" in done.stdout
