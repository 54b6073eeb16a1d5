"""The published schemas are those of the records, and take what the program writes."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import jsonschema
import msgspec
import pytest

from deploy.schemas.build import files
from moderator.feedback.record import Feedback
from moderator.records import Comment, to_json
from moderator.testing import StubScorer
from tests.unit.conftest import MakePipeline

FILES = files()
SCHEMAS: dict[str, dict[str, Any]] = {
    path.name.removesuffix(".schema.json"): json.loads(text) for path, text in FILES.items()
}


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
def test_the_file_is_what_the_records_say(path: Path) -> None:
    assert path.read_text("utf-8") == FILES[path], "run: python -m deploy.schemas.build"
    jsonschema.Draft202012Validator.check_schema(json.loads(FILES[path]))


@pytest.mark.parametrize("carry", [True, False])
async def test_verdicts_follow_their_schema(make_pipeline: MakePipeline, carry: bool) -> None:
    pipeline = make_pipeline(scorer=StubScorer(lambda _: {"toxicity": 0.95}), carry_comment=carry)
    for verdict in await pipeline.moderate([Comment(id="1", text="a", extra={"votes": 3})]):
        jsonschema.validate(json.loads(to_json(verdict)), SCHEMAS["verdict"])


@pytest.mark.parametrize(("score", "sound"), [(1.0, True), (0.5, True), (1.5, False)])
def test_feedback_follows_its_schema(score: float, sound: bool) -> None:
    feedback = Feedback(source="perspective", text="a", at="2026-01-01T00:00:00Z",
                        scores={"TOXICITY": score}, community="games")  # fmt: skip
    record = json.loads(msgspec.json.encode(feedback))
    validator = jsonschema.Draft202012Validator(SCHEMAS["feedback"])
    assert validator.is_valid(record) is sound
    del record["text"]
    assert not validator.is_valid(record)


@pytest.mark.parametrize(
    ("comment", "sound"),
    [
        ({"id": "1", "text": ""}, True),
        ({"id": "1", "text": "a", "community": None, "votes": 3}, True),
        ({"id": 1, "text": "a"}, False),
        ({"id": "1"}, False),
        ([], False),
    ],
)
def test_the_comment_schema_takes_comments_only(comment: object, sound: bool) -> None:
    assert jsonschema.Draft202012Validator(SCHEMAS["comment"]).is_valid(comment) is sound
