"""JSON Schemas as they are published: descriptions are docstrings without their indentation."""

from __future__ import annotations

from inspect import cleandoc
from typing import Any


def with_plain_descriptions(schema: Any) -> Any:
    """A schema of msgspec, or a part of one, with every description cleaned."""
    if isinstance(schema, list):
        return [with_plain_descriptions(part) for part in schema]
    if not isinstance(schema, dict):
        return schema
    return {
        key: cleandoc(part)
        if key == "description" and isinstance(part, str)
        else with_plain_descriptions(part)
        for key, part in schema.items()
    }
