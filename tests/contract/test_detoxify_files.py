"""Detoxify's files: converted only when sound, verified, and refused at start with the remedy."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
import time
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner

from moderator.cli.main import app
from moderator.errors import ModelError, SettingsError
from moderator.scorers.detoxify import DetoxifyScorer
from moderator.scorers.detoxify.releases import RELEASES, Asset, Release
from moderator.scorers.model_folder import sha256_of
from moderator.settings import Detoxify

pytestmark = pytest.mark.timeout(400)  # whoever comes first makes the models


@pytest.fixture
def folder(releases: Mapping[str, Path], tmp_path: Path) -> Path:
    """A converted BERT of the test's own, to be hurt."""
    return shutil.copytree(releases["bert"], tmp_path / "bert")


@pytest.fixture
def bare(folder: Path) -> Path:
    """A BERT as fetched, not yet converted."""
    shutil.rmtree(folder / "converted")
    return folder


def load(folder: Path, **settings: Any) -> DetoxifyScorer:
    return DetoxifyScorer.load(
        Detoxify(**{"checkpoint": folder, "device": "cpu", **settings}), threads=1
    )


def moderator(*arguments: str | Path) -> tuple[int, str]:
    result = CliRunner().invoke(app, ["model", *map(str, arguments)])
    return result.exit_code, result.output.replace("\n", " ")


def rewrite(checkpoint: Path, change: Any) -> None:
    import torch

    loaded = torch.load(checkpoint, weights_only=False)
    change(loaded)
    torch.save(loaded, checkpoint)


class Stranger:
    """What a checkpoint must not hold: loading it would run this module's code."""


def test_convert_prints_differences_and_the_scorer_loads(bare: Path) -> None:
    with pytest.raises(ModelError, match="moderator model convert"):
        load(bare)
    code, output = moderator("convert", bare)
    assert code == 0, output
    assert output.count("differs by at most") == 3
    assert load(bare).labels[0] == "toxicity"
    assert load(bare / "converted").version == load(bare / "bert.ckpt").version


def test_fetch_brings_a_folder_that_workers_start_from(
    bare: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    assets = tuple(
        Asset(name, (bare / name).as_uri(), sha256_of(bare / name))
        for name in ("vocab.txt", "bert.ckpt")
    )
    config = json.loads((bare / "config.json").read_text())
    monkeypatch.setitem(RELEASES, "original", Release("original", assets, config))
    for _ in range(2):
        code, output = moderator("fetch", "original", "--to", tmp_path / "new")
        assert code == 0, output
    assert load(tmp_path / "new").labels[0] == "toxicity"


def test_fetch_of_an_unknown_model_names_those_there_are() -> None:
    code, output = moderator("fetch", "large")
    assert (code, "original-small" in output) == (2, True)


def test_a_pickle_that_holds_more_than_weights_needs_trust(bare: Path) -> None:
    rewrite(bare / "bert.ckpt", lambda loaded: loaded["config"].update(stranger=Stranger()))
    code, output = moderator("convert", bare)
    assert (code, "--trust-pickle" in output) == (3, True)
    assert not (bare / "converted").exists()
    code, output = moderator("convert", bare, "--trust-pickle")
    assert code == 0, output


def test_a_checkpoint_in_the_oldest_format_of_torch_is_read(bare: Path) -> None:
    import torch

    loaded = torch.load(bare / "bert.ckpt", weights_only=True)
    torch.save(loaded, bare / "bert.ckpt", _use_new_zipfile_serialization=False)
    code, output = moderator("convert", bare)
    assert code == 0, output


@pytest.mark.parametrize(
    ("change", "message"),
    [
        (lambda c: c.pop("config"), "holds 'config' and 'state_dict'"),
        (lambda c: c["config"]["dataset"]["args"].update(classes=["rude"]), "unknown labels rude"),
        (lambda c: c["config"]["dataset"]["args"].update(classes=["toxic"] * 2), "and differ"),
        (lambda c: c["config"]["arch"]["args"].update(model_name="GPT2"), "supported are"),
        (lambda c: c["config"]["arch"]["args"].update(tokenizer_name="GPT2"), "does not belong"),
        (lambda c: c["config"].pop("arch"), "not that of a Detoxify checkpoint"),
        (lambda c: c["state_dict"].pop("classifier.bias"), r"no classifier\.bias"),
        (lambda c: c["state_dict"].pop("bert.pooler.dense.bias"), "do not fit config"),
    ],
)
def test_a_checkpoint_of_another_kind_is_refused(bare: Path, change: Any, message: str) -> None:
    from moderator.scorers.detoxify.conversion.convert import convert

    rewrite(bare / "bert.ckpt", change)
    with pytest.raises(ModelError, match=message):
        convert(bare)
    assert sorted(path.name for path in bare.iterdir() if path.is_dir()) == []


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"hidden_size": 64}, "do not fit config"),
        ({"num_hidden_layers": 3}, "do not fit config"),
        ({"hidden_act": "relu"}, "hidden_act 'relu' is not supported"),
        ({"model_type": "roberta"}, "describes a 'roberta'"),
    ],
)
def test_a_model_of_another_shape_is_refused(
    bare: Path, change: dict[str, object], message: str
) -> None:
    from moderator.scorers.detoxify.conversion.convert import convert

    config = bare / "config.json"
    config.write_text(json.dumps(json.loads(config.read_text()) | change))
    with pytest.raises(ModelError, match=message):
        convert(bare)


def test_a_damaged_checkpoint_is_refused(bare: Path) -> None:
    from moderator.scorers.detoxify.conversion.convert import convert

    content = (bare / "bert.ckpt").read_bytes()
    (bare / "bert.ckpt").write_bytes(content[: len(content) // 2])
    with pytest.raises(ModelError, match="damaged"):
        convert(bare)


def test_tokenizer_and_configuration_may_lie_elsewhere(bare: Path, tmp_path: Path) -> None:
    elsewhere = tmp_path / "elsewhere"
    elsewhere.mkdir()
    for name in ("config.json", "vocab.txt", "tokenizer_config.json"):
        (bare / name).rename(elsewhere / name)
    code, output = moderator("convert", bare)
    assert (code, "huggingface_path" in output) == (3, True)
    code, output = moderator("convert", bare, "--huggingface-path", elsewhere)
    assert code == 0, output
    assert load(bare, huggingface_path=elsewhere).labels


def test_int8_above_its_bound_is_left_out_and_said(bare: Path) -> None:
    code, output = moderator("convert", bare, "--int8-bound", "0.0001")
    assert code == 3
    assert "int8.onnx was left out" in output
    assert load(bare).labels
    with pytest.raises(ModelError, match=r"no model\.int8\.onnx"):
        load(bare, precision="int8")


def test_verify_names_what_was_altered(folder: Path) -> None:
    assert moderator("verify", folder)[0] == 0
    model = folder / "converted" / "model.onnx"
    content = bytearray(model.read_bytes())
    content[len(content) // 2] ^= 1
    model.write_bytes(content)
    code, output = moderator("verify", folder)
    assert (code, "model.onnx: altered (sha256" in output) == (3, True)
    with pytest.raises(ModelError, match=r"model\.onnx: altered \(sha256 .*; run"):
        load(folder)
    assert load(folder, precision="int8").labels, "what is not loaded is not looked at"


@pytest.mark.parametrize(
    ("name", "message"),
    [("model.onnx", "onnxruntime cannot load it"), ("tokenizer.json", "not a tokenizer")],
)
def test_a_file_that_is_what_the_manifest_says_and_yet_no_model(
    folder: Path, name: str, message: str
) -> None:
    (folder / "converted" / name).write_bytes(b"not a model")
    path = folder / "converted" / "manifest.json"
    manifest = json.loads(path.read_text())
    manifest["files"][name] = {
        "sha256": sha256_of(folder / "converted" / name),
        "size_bytes": 11,
    }
    path.write_text(json.dumps(manifest))
    with pytest.raises(ModelError, match=message):
        load(folder)


@pytest.mark.parametrize("name", ["model.onnx", "tokenizer.json"])
def test_a_missing_file_is_named_with_the_remedy(folder: Path, name: str) -> None:
    (folder / "converted" / name).unlink()
    with pytest.raises(ModelError, match=f"{name}: is missing; run `moderator model convert"):
        load(folder)


def test_a_checkpoint_that_changed_since_is_refused(folder: Path) -> None:
    with (folder / "bert.ckpt").open("ab") as file:
        file.write(b"x")
    with pytest.raises(ModelError, match="made from another"):
        load(folder / "bert.ckpt")
    assert moderator("verify", folder)[0] == 3


def test_a_machine_that_computes_otherwise_is_refused(folder: Path) -> None:
    path = folder / "converted" / "manifest.json"
    manifest = json.loads(path.read_text())
    manifest["probes"][1]["scores"][0] += 0.2
    path.write_text(json.dumps(manifest))
    with pytest.raises(ModelError, match="on this machine"):
        load(folder)


@pytest.mark.parametrize(
    ("settings", "message"),
    [
        ({"precision": "int8", "runtime": "torch"}, "needs runtime = 'onnx'"),
        ({"precision": "int8", "device": "cuda"}, "needs device = 'cpu'"),
        ({"precision": "fp16"}, "needs a GPU"),
    ],
)
def test_settings_that_do_not_go_together_are_refused(
    folder: Path, settings: dict[str, str], message: str
) -> None:
    with pytest.raises(SettingsError, match=message):
        load(folder, **settings)


def start(tmp_path: Path, *command: str, **environment: str) -> subprocess.CompletedProcess[str]:
    """`moderator` with Detoxify alone, its cache empty."""
    return subprocess.run(
        [sys.executable, "-m", "moderator", *command],
        check=False, capture_output=True, text=True, timeout=100,
        env={
            **os.environ, "XDG_CACHE_HOME": str(tmp_path), "MODERATOR_SCORERS__USE": '["detoxify"]',
            **environment,
        },
    )  # fmt: skip


SCORE = ("score", "--json", "you are an idiot")


@pytest.mark.parametrize("command", [SCORE, ("worker", "--embedded")], ids=["score", "worker"])
def test_without_a_model_the_start_fails_soon_and_says_what_to_do(
    tmp_path: Path, command: tuple[str, ...]
) -> None:
    began = time.monotonic()
    assert start(tmp_path, "settings").returncode == 0
    usual_s = time.monotonic() - began
    began = time.monotonic()
    done = start(tmp_path, *command)
    seconds = time.monotonic() - began
    assert done.returncode == 3, done.stderr
    assert "moderator model fetch original" in done.stderr
    assert "scorers.detoxify.checkpoint" in done.stderr
    assert seconds < max(5, 8 * usual_s), "more than a busy machine explains"


def test_with_a_fetched_folder_it_starts(folder: Path, tmp_path: Path) -> None:
    done = start(tmp_path, *SCORE, MODERATOR_SCORERS__DETOXIFY__CHECKPOINT=str(folder))
    assert done.returncode == 0, done.stderr
    verdict = json.loads(done.stdout)
    assert verdict["scorer"]["name"] == "detoxify"
    assert 0 < verdict["scores"]["toxicity"] < 1


def test_a_model_in_the_users_cache_is_found_by_its_name(folder: Path, tmp_path: Path) -> None:
    (tmp_path / "moderator").mkdir()
    folder.rename(tmp_path / "moderator" / "detoxify-unbiased")
    done = start(tmp_path, *SCORE, MODERATOR_SCORERS__DETOXIFY__MODEL="unbiased")
    assert done.returncode == 0, done.stderr
