"""Writes the schemas: `python -m deploy.schemas.build`; a test fails if they have drifted."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import msgspec

from moderator.feedback.record import Feedback
from moderator.labels import LABELS
from moderator.records import Comment, DeadLetter, Verdict
from moderator.records.schema import with_plain_descriptions

FOLDER = Path(__file__).parent
DRAFT = "https://json-schema.org/draft/2020-12/schema"


def files() -> dict[Path, str]:
    """Each schema's file, and what should be in it."""
    comment = _schema(Comment)
    # Not a field on the wire: it keeps fields that this package does not know.
    del comment["properties"]["extra"]
    letter = _schema(DeadLetter)
    letter["description"] += (
        "\n\nOn the topic, key and value are the record's own bytes and the headers are Kafka's; "
        "this is how the three look as JSON."
    )
    verdict = _schema(Verdict)
    for name in ("scores", "with_quotes"):
        verdict["properties"][name]["properties"] = _labels()
    feedback = _schema(Feedback)
    feedback["properties"]["scores"]["additionalProperties"] |= {"minimum": 0, "maximum": 1}
    schemas = {
        "comment": comment,
        "verdict": verdict,
        "dead-letter": letter,
        "feedback": feedback,
    }
    return {
        FOLDER / f"{name}.schema.json": json.dumps(schema, indent=2, ensure_ascii=False) + "\n"
        for name, schema in schemas.items()
    }


def _labels() -> dict[str, Any]:
    """A schema of each label's score, as `moderator.labels` describes it; installed scorers may
    give others."""
    return {
        label.name: {
            "type": "number",
            "minimum": 0,
            "maximum": 1,
            "description": f"{label.description} Given by: {', '.join(label.sources)}.",
        }
        for label in LABELS.values()
    }


def _schema(record: type) -> dict[str, Any]:
    """The schema of a record, its own fields on top and what they are made of in `$defs`."""
    schema = with_plain_descriptions(msgspec.json.schema(record))
    definitions = schema.pop("$defs")
    own = definitions.pop(schema["$ref"].rsplit("/", 1)[-1])
    document = {"$schema": DRAFT, **own}
    if definitions:
        document["$defs"] = definitions
    return document


if __name__ == "__main__":
    for path, text in files().items():
        path.write_text(text, "utf-8")
