"""Records to JSON and back, and what is made of records that somebody else wrote."""

from __future__ import annotations

import json

import pytest

from moderator.records import (
    Action,
    Comment,
    CommentContext,
    Component,
    Verdict,
    as_mapping,
    decoded_or_none,
    to_json,
    verdict_from_json,
)
from moderator.records.comment import OPTIONAL_FIELDS, WIRE_FIELDS

_PART = Component("x", "1")
VERDICT = Verdict(
    id="1", action=Action.ALLOW, reasons=(), scores={}, matches=(), scorer=_PART, policy=_PART,
    cached=False, degraded=False, scored_at="2026-01-01T00:00:00Z", latency_ms=1.5,
)  # fmt: skip


def test_a_verdict_is_read_back_as_it_was_written() -> None:
    assert verdict_from_json(to_json(VERDICT)) == VERDICT
    assert b"\n" not in to_json(VERDICT)


def test_a_verdict_writes_its_defaults_and_leaves_out_what_was_not_asked_for() -> None:
    written = json.loads(to_json(VERDICT))
    assert (written["language"], written["unjudged"]) == ("und", False)
    assert not {"community", "with_quotes", "comment"} & written.keys()


def test_a_comment_leaves_out_its_defaults() -> None:
    assert to_json(Comment("1", "a")) == b'{"id":"1","text":"a"}'


def test_the_fields_of_a_comment_on_the_wire() -> None:
    assert WIRE_FIELDS == (
        "id", "text", "community", "author", "created_at", "parent_id", "context",
    )  # fmt: skip
    assert OPTIONAL_FIELDS == ("community", "author", "created_at", "parent_id")


@pytest.mark.parametrize(
    "value",
    [None, b"", b"no json", b'{"id": 5}', b'{"id": "\xff"}', b"[" * 100_000],
    ids=["nothing", "empty", "text", "other", "not UTF-8", "deep"],
)
def test_what_something_else_wrote_is_none(value: bytes | None) -> None:
    assert decoded_or_none(verdict_from_json, value) is None


def test_what_was_written_by_us_is_read() -> None:
    assert decoded_or_none(verdict_from_json, to_json(VERDICT)) == VERDICT


def test_unknown_fields_stand_with_the_known_ones_and_never_in_their_place() -> None:
    comment = Comment("1", "a", author="anna", extra={"votes": 3, "author": "other"})
    assert as_mapping(comment) == {"id": "1", "text": "a", "author": "anna", "votes": 3}


def test_a_context_is_carried_as_it_came() -> None:
    context = CommentContext(author_role="editor")
    read = Comment("1", "a", context=context)
    assert as_mapping(read)["context"] == {"author_role": "editor"}
    kept = Comment("1", "a", context=context, extra={"context": {"author_role": "editor", "n": 1}})
    assert as_mapping(kept)["context"] == {"author_role": "editor", "n": 1}
