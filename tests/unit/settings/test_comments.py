"""What the comments of config/moderator.toml say is so: choices, numbers, examples, names."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterator
from pathlib import Path
from typing import Any, Literal, get_args, get_origin

import pytest
from pydantic import BaseModel
from typer.main import get_command

from moderator.cli.main import app
from moderator.errors import DeadLettersError, HaltError
from moderator.package import shipped
from moderator.policy.policy import Policy
from moderator.settings import Settings
from moderator.settings.sources import refuse_unknown_variables

FILE = shipped("config/moderator.toml")
LINES = FILE.read_text("utf-8").splitlines()


def fields(model: type[BaseModel], prefix: str = "") -> Iterator[tuple[str, Any]]:
    """Dotted key and annotation of every setting with a fixed set of values."""
    for name, field in model.model_fields.items():
        kind = field.annotation
        if isinstance(kind, type) and issubclass(kind, BaseModel):
            yield from fields(kind, f"{prefix}{name}.")
        elif get_origin(kind) is Literal:
            yield f"{prefix}{name}", kind


def line_of(key: str) -> str:
    """What follows the name of a setting on its line: value and comment."""
    table, _, name = key.rpartition(".")
    inside = ""
    for line in LINES:
        if found := re.match(r"\[([\w.]+)\]", line):
            inside = found[1]
        if inside == table and re.match(rf"(# )?{name} = ", line):
            return line.partition(" = ")[2]
    raise KeyError(key)


@pytest.mark.parametrize(("key", "kind"), list(fields(Settings)))
def test_every_choice_is_named(key: str, kind: Any) -> None:
    # The default, which is on the line too, need not be named again.
    named = line_of(key).replace("*-small", "original-small unbiased-small")
    for choice in get_args(kind):
        assert re.search(rf"(?<![\w-]){re.escape(choice)}(?![\w-])", named), choice


def test_what_is_commented_out_can_be_set(tmp_path: Path) -> None:
    text = re.sub(r"^# (\w[\w.]* = .*)$", r"\1", "\n".join(LINES), flags=re.M)
    text = re.sub(r"^endpoints = \{\}.*$", "", text, flags=re.M)
    text = re.sub(r"^# (\[webhooks\..*\])$", r"\1", text, flags=re.M)
    examples = tomllib.loads(text)
    assert len(text) < len("\n".join(LINES))
    # Files that the examples name are not there: what opens them at start is left out.
    for table in ("serve", "kafka", "cache"):
        examples[table] = {k: v for k, v in examples[table].items() if not k.startswith("ssl_")}
    examples.pop("webhooks")  # a table of its own, with tests of its own
    settings = Settings(**examples)
    assert settings.scorers.cascade["detoxify"]["toxicity"] == (0.1, 0.9)
    assert settings.topics.replication == 3


def test_numbers_and_exit_codes_are_the_codes() -> None:
    stream = Settings().stream
    assert f"last {stream.dead_letter_window:,} records" in line_of("stream.dead_letter_window")
    assert f"as do {stream.dead_letter_run} dead" in line_of("stream.dead_letter_run")
    assert f"exit code {HaltError.exit_code}" in line_of("stream.retry_for_s")
    assert f"exit ({DeadLettersError.exit_code})" in line_of("stream.on_halt")


def test_names_in_comments_exist() -> None:
    comments = "\n".join(line.partition("#")[2] for line in LINES)
    variables = set(re.findall(r"MODERATOR_\w+", comments))
    assert variables
    refuse_unknown_variables(Settings, dict.fromkeys(variables, ""))
    known = getattr(get_command(app), "commands")  # noqa: B009 - of a group, which app is
    assert set(re.findall(r"`moderator (\w+)", comments)) <= set(known)
    for name in re.findall(r"see (\w+) in policy\.toml", comments):
        assert name in Policy.__struct_fields__
