"""Clients from npm, installed into a folder of the test's own."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
from pathlib import Path
from typing import Any

import pytest

from tests.integration.serve.running import ApiProcess
from tests.servers import missing

PACKAGES = ("openai@5.23.2", "perspective-api-client@3.1.0")
"""Versions that Debian's Node runs."""

OPENAI = """
const OpenAI = require("openai");
const client = new OpenAI({apiKey: "any", baseURL: process.env.API + "/v1", maxRetries: 0});
(async () => {
  const answer = await client.moderations.create({input: ["you idiot", "a lovely day"]});
  let error;
  try { await client.moderations.create({input: "a", model: "none"}); } catch (e) { error = e; }
  console.log(JSON.stringify({flagged: answer.results.map((one) => one.flagged),
    status: error.status, param: error.param, code: error.code}));
})();
"""

PERSPECTIVE = """
const Perspective = require("perspective-api-client");
const client = new Perspective({apiKey: "any"});
(async () => {
  const options = {attributes: ["TOXICITY", "insult"]};
  const answer = await client.analyze("you are an <b>idiot</b>", options);
  let error;
  try { await client.analyze("x y", {attributes: ["HUMOUR"]}); } catch (e) { error = e; }
  console.log(JSON.stringify({answer, message: error.message}));
})();
"""


@pytest.fixture(scope="module")
def modules(tmp_path_factory: pytest.TempPathFactory) -> Path:
    for program in ("node", "npm"):
        if shutil.which(program) is None:
            missing(f"no {program} on PATH")
    folder = tmp_path_factory.mktemp("node")
    done = subprocess.run(
        ["npm", "install", "--no-audit", "--no-fund", "--ignore-scripts", *PACKAGES],
        cwd=folder, capture_output=True, text=True, timeout=110, check=False,
    )  # fmt: skip
    if done.returncode:
        missing(f"npm cannot install: {done.stderr[-300:]}")
    return folder


def run(modules: Path, script: str, api: ApiProcess) -> Any:
    done = subprocess.run(
        ["node", "-e", script],
        cwd=modules, env={**os.environ, "API": api.url},
        capture_output=True, text=True, timeout=60, check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout)


def test_npm_openai(modules: Path, api: ApiProcess) -> None:
    found = run(modules, OPENAI, api)
    assert found["flagged"] == [True, False]
    assert (found["status"], found["param"], found["code"]) == (404, "model", "model_not_found")


def test_npm_perspective(modules: Path, api: ApiProcess) -> None:
    source = modules / "node_modules/perspective-api-client/index.js"
    address = "https://commentanalyzer.googleapis.com"
    assert source.read_text().count(address) == 1
    source.write_text(source.read_text().replace(address, api.url))
    found = run(modules, PERSPECTIVE, api)
    scores = found["answer"]["attributeScores"]
    assert scores["TOXICITY"]["summaryScore"]["value"] > 0.8
    assert scores["INSULT"]["spanScores"][0]["end"] == len("you are an idiot")
    assert "Unknown requested attribute: HUMOUR" in found["message"]
