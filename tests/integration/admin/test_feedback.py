"""The feedback topic on a real broker: created, checked, written by `suggestscore`."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from uuid import uuid4

import httpx
import jsonschema
import pytest

from deploy.schemas.build import files
from moderator.settings import Settings
from tests.integration.admin.conftest import Run, lines, records_of
from tests.integration.serve.running import running_api

pytestmark = pytest.mark.timeout(240)  # the first one waits for the broker to start

SCHEMA = next(
    json.loads(text) for path, text in files().items() if path.name == "feedback.schema.json"
)
DECISION = {
    "comment": {"text": "you fool"},
    "attributeScores": {"TOXICITY": {"summaryScore": {"value": 1}}},
    "clientToken": "comment-5",
    "communityId": "games",
}


@pytest.fixture
def topic(kafka: str, using: Callable[..., Settings]) -> str:
    """A name for the topic, which the settings in force send feedback to."""
    name = f"{uuid4().hex[:8]}.feedback"
    using(kafka, FEEDBACK__TO="topic", FEEDBACK__TOPIC=name, FEEDBACK__RETENTION_HOURS="48")
    return name


def test_decisions_come_to_the_topic(kafka: str, topic: str, run: Run, tmp_path: Path) -> None:
    made = lines(run("topics", "create"))
    assert [(one["role"], one["state"]) for one in made][3:] == [("feedback", "created")]
    shown = {one["topic"]: one for one in lines(run("topics", "ls"))}[topic]
    assert (shown["role"], shown["partitions"], shown["retention_hours"]) == ("feedback", 3, 48)
    checks = {
        one["check"]: one["status"] for one in map(json.loads, run("doctor").stdout.splitlines())
    }
    assert checks[f"topic {topic}"] in ("ok", "warn")
    assert checks[f"acl {topic}"] == "ok"

    with running_api(tmp_path, SCORERS__USE='["lexicon"]') as api:
        url = f"{api.url}/v1alpha1/comments:suggestscore"
        for _ in range(3):
            answer = httpx.post(url, json=DECISION, timeout=30)
            assert (answer.status_code, answer.json()["clientToken"]) == (200, "comment-5")
    records = [json.loads(message.value() or b"") for message in records_of(kafka, topic)]
    assert len(records) == 3
    for record in records:
        jsonschema.validate(record, SCHEMA)
        assert (record["text"], record["scores"]) == ("you fool", {"TOXICITY": 1.0})
        assert (record["community"], record["reference"]) == ("games", "comment-5")


def test_a_decision_that_no_topic_takes_is_not_acknowledged(topic: str, tmp_path: Path) -> None:
    with running_api(tmp_path, SCORERS__USE='["lexicon"]') as api:
        answer = httpx.post(f"{api.url}/v1alpha1/comments:suggestscore", json=DECISION, timeout=30)
    assert (answer.status_code, answer.headers["retry-after"]) == (503, "5")
