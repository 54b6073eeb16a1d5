"""Policy files for tests, made of plain values."""

from __future__ import annotations

import json
import math
from collections.abc import Mapping
from typing import Any

from moderator.policy import Policies, Policy
from moderator.policy.files import Bundle, read_policies


def toml(value: Any) -> str:
    """A value in TOML's notation, tables inline."""
    if isinstance(value, Mapping):
        return "{" + ", ".join(f"{json.dumps(k)} = {toml(v)}" for k, v in value.items()) + "}"
    if isinstance(value, list | tuple):
        return "[" + ", ".join(map(toml, value)) + "]"
    if isinstance(value, float) and math.isnan(value):
        return "nan"
    return json.dumps(value, ensure_ascii=False)


def bundle(table: Mapping[str, Any] | str, **files: str) -> Bundle:
    """A policy file called `policy.toml`, of a table or a text, and the files of its lists."""
    text = (
        table if isinstance(table, str) else "".join(f"{k} = {toml(v)}\n" for k, v in table.items())
    )
    return Bundle("policy.toml", text, files)


def policies(policy: Mapping[str, Any], **others: Any) -> Policies:
    """A file of one policy `p`; `others` are its further tables."""
    return read_policies(bundle({"default": "p", "policies": {"p": policy}, **others}))


def policy_with(*rules: Mapping[str, Any], **keys: Any) -> Policy:
    """A policy with these rules; a rule without a name is called `r0`, `r1`, …, and one
    without a condition always fires."""
    named = [{"name": f"r{number}", "when": {}, **rule} for number, rule in enumerate(rules)]
    return policies({"rules": named, **keys}).named("p")
