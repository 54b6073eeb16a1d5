"""JSON Schemas of the bodies, made from their msgspec types."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import msgspec

from moderator.records.schema import with_plain_descriptions

_REFERENCE = "#/components/schemas/{name}"


def one_of(*types: type) -> dict[str, Any]:
    """A schema that refers to one type, or to several if a body may be any of them."""
    references = [{"$ref": _REFERENCE.format(name=cls.__name__)} for cls in types]
    return references[0] if len(references) == 1 else {"anyOf": references}


def components(types: Iterable[type]) -> dict[str, Any]:
    """The schemas of types and of all they are made of, by name."""
    _, schemas = msgspec.json.schema_components(list(types), ref_template=_REFERENCE)
    return {name: with_plain_descriptions(schema) for name, schema in schemas.items()}
