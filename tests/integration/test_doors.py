"""What a newcomer adds touches few files: walked with toys on a copy of the tree.

Each walk edits the copy as a contributor would, counts the files that changed, and judges a text
with it in a fresh process.
"""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
LARGE = shutil.ignore_patterns("models", "__pycache__")

SCORER = '''
"""A toy: scores a word."""

from moderator.records import Scored


class ToyScorer:
    name, version, labels = "toy", "1", ("LABEL",)

    def score(self, documents):
        return [Scored({"LABEL": float("toy" in text.unquoted_text)}) for text in documents]


def load(settings, host):
    return ToyScorer()
'''


class Copy:
    """A copy of the tree, and the files of it that were touched."""

    def __init__(self, root: Path) -> None:
        self.root = root
        self.touched: set[str] = set()
        for name in ("moderator", "config", "deploy"):
            shutil.copytree(ROOT / name, root / name, ignore=LARGE)
        (root / "moderator" / "models").symlink_to(ROOT / "moderator" / "models")

    def write(self, name: str, text: str) -> None:
        self.touched.add(name)
        (self.root / name).write_text(text, "utf-8")

    def insert(self, name: str, before: str, line: str) -> None:
        """A line added to a file of the package."""
        text = (self.root / name).read_text("utf-8")
        assert text.count(before) == 1
        self.write(name, text.replace(before, f"{line}\n{before}"))

    def run(self, *program: str, **variables: str) -> str:
        done = subprocess.run(
            [sys.executable, "-B", *program],
            cwd=self.root, env={"PYTHONPATH": str(self.root), **variables},
            capture_output=True, text=True, check=False,
        )  # fmt: skip
        assert done.returncode == 0, done.stderr
        return done.stdout


@pytest.fixture
def copy(tmp_path: Path) -> Copy:
    return Copy(tmp_path / "tree")


def judged(copy: Copy, label: str) -> dict[str, object]:
    """A verdict on a text with the toy's word, by a policy with a threshold on its label."""
    policy = copy.root / "toy-policy.toml"
    policy.write_text(f'default = "toy"\n[policies.toy.review]\n{label} = 0.5\n')
    verdict: dict[str, object] = json.loads(
        copy.run(
            "-m", "moderator", "score", "--json", "a toy",
            MODERATOR_POLICY=str(policy), MODERATOR_SCORERS__USE='["toy"]',
        )
    )  # fmt: skip
    return verdict


def add_scorer(copy: Copy, label: str) -> None:
    copy.write("moderator/scorers/toy.py", SCORER.replace("LABEL", label))
    copy.insert(
        "moderator/scorers/registry.py",
        '    "lexicon": Loader(_at("moderator.scorers.lexicon:load")),',
        '    "toy": Loader(_at("moderator.scorers.toy:load")),',
    )


def test_a_scorer_is_its_file_and_a_line(copy: Copy) -> None:
    add_scorer(copy, "toxicity")
    assert len(copy.touched) == 2
    assert judged(copy, "toxicity")["action"] == "review"


def test_a_label_is_an_entry_and_the_scorer_that_gives_it(copy: Copy) -> None:
    add_scorer(copy, "toxicity")
    copy.touched.clear()
    copy.write("moderator/scorers/toy.py", SCORER.replace("LABEL", "toyish"))
    copy.insert(
        "moderator/labels.py",
        '        Label("profanity", ("lexicon",)',
        '        Label("toyish", ("toy",), "Speaks of toys."),',
    )
    assert len(copy.touched) == 2
    verdict = judged(copy, "toyish")
    assert verdict["scores"] == {"toyish": 1.0}
    assert verdict["action"] == "review"
    copy.run("-m", "deploy.schemas.build")
    schema = json.loads((copy.root / "deploy/schemas/verdict.schema.json").read_text("utf-8"))
    described = schema["properties"]["scores"]["properties"]["toyish"]["description"]
    assert described == "Speaks of toys. Given by: toy."
