"""Descriptions of a schema are cleaned wherever they lie, and nothing else is."""

from moderator.records.schema import with_plain_descriptions

INDENTED = "One line.\n\n    Another.\n    "
CLEAN = "One line.\n\nAnother."


def test_descriptions_are_cleaned_at_any_depth() -> None:
    schema = {
        "description": INDENTED,
        "title": INDENTED,
        "anyOf": [{"description": INDENTED}, {"type": "null"}, INDENTED],
        "properties": {"description": {"type": "string", "description": INDENTED}},
        "required": ["description"],
        "maximum": 1,
    }
    assert with_plain_descriptions(schema) == {
        "description": CLEAN,
        "title": INDENTED,
        "anyOf": [{"description": CLEAN}, {"type": "null"}, INDENTED],
        "properties": {"description": {"type": "string", "description": CLEAN}},
        "required": ["description"],
        "maximum": 1,
    }
