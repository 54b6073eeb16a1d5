"""The documents hold: links lead somewhere, code blocks run, figures and codes agree."""

from __future__ import annotations

import json
import re
import tomllib
from pathlib import Path
from typing import Any

import jsonschema
import pytest
import typer

from moderator.api.own.requests import read_request
from moderator.cli.main import app
from moderator.errors import EXIT_CODES
from moderator.lexicon import load_lexicon
from moderator.library import Moderator
from moderator.policy import Policies
from moderator.policy.checking.cases import read_cases
from moderator.policy.conditions import Condition
from moderator.records import Comment, to_json
from moderator.settings import Serve
from tests.documents import ROOT, anchors, blocks, documents, links

README = ROOT / "README.md"
DOCS = ROOT / "deploy" / "docs"
DOCUMENTS = documents()


@pytest.mark.parametrize("path", DOCUMENTS, ids=lambda path: str(path.relative_to(ROOT)))
def test_links_lead_somewhere(path: Path) -> None:
    for target in links(path):
        name, _, anchor = target.partition("#")
        linked = (path.parent / name).resolve() if name else path
        assert linked.exists(), f"{path}: {target}"
        if anchor:
            assert anchor in anchors(linked), f"{path}: {target}"


def test_the_readme_is_short_and_keeps_a_table_of_eight_figures() -> None:
    text = README.read_text("utf-8")
    assert len(text.split()) < 1300
    table = text[text.index("<!-- figures -->") : text.index("<!-- /figures -->")]
    assert len([line for line in table.splitlines() if line.startswith("| ")]) == 9


def test_the_readmes_comment_and_verdict_fit_their_schemas() -> None:
    comment, verdict = map(json.loads, blocks(README, "json"))
    schemas = ROOT / "deploy" / "schemas"
    jsonschema.validate(comment, json.loads((schemas / "comment.schema.json").read_text()))
    schema = json.loads((schemas / "verdict.schema.json").read_text())
    del schema["required"]  # it is shortened
    schema["additionalProperties"] = False
    jsonschema.validate(verdict, schema)


def test_the_readmes_verdict_is_what_its_comment_gets() -> None:
    comment, verdict = map(json.loads, blocks(README, "json"))
    with Moderator() as moderator:
        (judged,) = moderator.moderate([Comment(**comment)])
    assert_shortened(verdict, json.loads(to_json(judged)))


def assert_shortened(part: Any, whole: Any) -> None:
    """Some keys of each object, the beginning of each list, numbers to two digits."""
    if isinstance(part, dict):
        for key, value in part.items():
            assert_shortened(value, whole[key])
    elif isinstance(part, list):
        for one, other in zip(part, whole, strict=False):
            assert_shortened(one, other)
    else:
        assert part == (round(whole, 2) if isinstance(whole, float) else whole)


def test_the_readmes_library_example_runs(capsys: pytest.CaptureFixture[str]) -> None:
    exec(compile(blocks(README, "python")[0], "README.md", "exec"), {})  # noqa: S102
    fine, rude = capsys.readouterr().out.splitlines()
    assert fine.startswith("allow ")
    assert rude.endswith("What the **** is this?")


def test_the_tests_that_the_guarantees_name_exist() -> None:
    named = set(re.findall(r"`(test_\w+)`", (DOCS / "GUARANTEES.md").read_text("utf-8")))
    files = (ROOT / "tests" / "integration" / "serve").glob("test_*.py")
    assert len(named) > 9
    assert named <= set(re.findall(r"def (test_\w+)", "".join(f.read_text() for f in files)))


def test_every_command_is_in_the_readme_and_no_other() -> None:
    root = typer.main.get_command(app)
    known = set(root.commands)  # type: ignore[attr-defined]
    text = README.read_text("utf-8")
    table = text[text.index("## Commands") : text.index("## Guarantees")]
    first_cells = " ".join(line.split("|")[1] for line in table.splitlines() if "|" in line)
    assert set(re.findall(r"`(?:moderator )?([a-z]+)`", first_cells)) == known


def test_every_field_of_a_verdict_is_explained() -> None:
    schema = json.loads((ROOT / "deploy/schemas/verdict.schema.json").read_text())
    text = (DOCS / "VERDICT.md").read_text("utf-8")
    labels = schema["properties"]["scores"]["properties"]
    for name in (*schema["properties"], *labels):
        assert f"| `{name}`" in text or f"`{name}`, `" in text or f", `{name}`" in text, name


def test_exit_codes_are_the_codes_own() -> None:
    text = (DOCS / "TROUBLESHOOTING.md").read_text("utf-8")
    rows = re.findall(r"^\| (\d+) \| (.+) \|$", text, re.M)
    assert {int(code): meaning for code, meaning in rows} == EXIT_CODES


def test_one_way_for_redis_to_forget_is_advised() -> None:
    named = {
        policy
        for path in [*DOCUMENTS, ROOT / "deploy/compose.yaml", *ROOT.glob("moderator/cache/*.py")]
        for policy in re.findall(r"allkeys-\w+", path.read_text("utf-8"))
    }
    assert named == {"allkeys-lru"}


def test_the_policy_and_the_lexicon_of_the_guide_are_accepted(tmp_path: Path) -> None:
    policy, lexicon = blocks(DOCS / "POLICIES.md", "toml")
    file = tmp_path / "policy.toml"
    file.write_text(policy)
    assert Policies.load(file).of("gaming")[1].name == "relaxed"
    terms = tmp_path / "my-terms.toml"
    terms.write_text(lexicon)
    assert {"flimflam", "wurzelgurk"} <= {term.id for term in load_lexicon([terms]).terms}


def test_the_rules_of_the_guide_are_accepted(tmp_path: Path) -> None:
    block, cases = blocks(DOCS / "RULES.md", "toml")
    file = tmp_path / "policy.toml"
    file.write_text(block)
    policies = Policies.load(file)
    (tmp_path / "a.cases.toml").write_text(cases)
    assert len(read_cases(tmp_path / "a.cases.toml", policies)) == 1
    assert [rule.name for rule in policies.named("standard").rules] == [
        "newcomer-links", "repeated-insults",
    ]  # fmt: skip
    assert policies.place_of("gaming").lexicon is not None


def test_every_key_of_a_condition_is_explained() -> None:
    text = (DOCS / "RULES.md").read_text("utf-8")
    table = text[text.index("## Conditions") : text.index("## What the platform")]
    first_cells = " ".join(line.split("|")[1] for line in table.splitlines() if "|" in line)
    known = {name.rstrip("_") for name in Condition.__struct_fields__}
    assert set(re.findall(r"`(\w+)`", first_cells)) == known


@pytest.mark.parametrize("path", DOCUMENTS, ids=lambda path: str(path.relative_to(ROOT)))
def test_toml_blocks_are_toml(path: Path) -> None:
    for block in blocks(path, "toml"):
        tomllib.loads(block)


def test_the_http_pages_request_and_paths_are_the_apis() -> None:
    page = (DOCS / "HTTP.md").read_text("utf-8")
    (example,) = re.findall(r"```json\n(.+?)```", page, re.S)
    asked, several = read_request(
        example.encode(), max_comments=1, max_text_bytes=1_000, community=None
    )
    assert not several
    assert [one.id for one in asked if isinstance(one, Comment)] == ["c-1"]
    assert json.loads(re.findall(r"-d '(.+)'", page)[0]) == json.loads(example)
    source = "".join(file.read_text("utf-8") for file in (ROOT / "moderator/api").rglob("*.py"))
    for path in set(re.findall(r"/v1(?:alpha1)?/[a-z:]+", page)):
        assert path in source, path
    assert set(re.findall(r"`serve\.(\w+)", page)) <= set(Serve.model_fields)
