"""Requests and answers of the review page."""

from __future__ import annotations

from typing import Annotated, Literal, TypeVar
from urllib.parse import parse_qsl

import msgspec

from moderator.api.reception import Call
from moderator.api.refusal import RefusalError, invalid
from moderator.review.claims import ClaimedText
from moderator.review.decisions import AuditRow, Done
from moderator.review.queue import Choices, Order, Page, View

Tab = Annotated[str, msgspec.Meta(pattern=r"^[A-Za-z0-9-]{1,40}$")]
Key = Annotated[str, msgspec.Meta(pattern=r"^[0-9a-f]{32}$")]


class FromTab(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """What every request names: the browser tab, which holds claims."""

    tab: Tab


class NextIn(FromTab, frozen=True, kw_only=True):
    """Wants the text with this key, or else the next of a view; `again`: also skipped ones."""

    view: View = View()
    key: Key | None = None
    again: bool = False


class DecideIn(FromTab, frozen=True, kw_only=True):
    """Decides about the comment `id` and, unless `once`, about every comment with its text."""

    key: Key
    id: Annotated[str, msgspec.Meta(max_length=4_096)]
    action: Literal["allow", "block"]
    once: bool = False
    note: Annotated[str, msgspec.Meta(max_length=1_000)] | None = None
    view: View = View()


class SkipIn(FromTab, frozen=True, kw_only=True):
    """Leaves a text to others and wants the next."""

    key: Key
    view: View = View()


class UndoIn(FromTab, frozen=True, kw_only=True):
    """Takes the last own decision back."""


class RenewIn(FromTab, frozen=True, kw_only=True):
    """Keeps a claim."""

    key: Key


class Turn(msgspec.Struct, frozen=True):
    """The text to decide about, if any waits; what was done before it; how many were skipped."""

    item: ClaimedText | None
    outcome: Done | None
    skipped: int


class QueueOut(msgspec.Struct, frozen=True):
    """A page of the queue. `me` is the caller's hash in the audit; `own` the only community that
    the token may see; `textless` counts held verdicts that carried no text; `read` counts records
    while the topics are still being read, else it is None."""

    page: Page
    choices: Choices
    me: str
    own: str | None
    order: Order
    textless: int
    read: int | None


class LogOut(msgspec.Struct, frozen=True):
    """The last decisions."""

    rows: list[AuditRow]


class _QueueQuery(View, frozen=True, forbid_unknown_fields=True):
    start: Annotated[int, msgspec.Meta(ge=0, le=1_000_000_000)] = 0


T = TypeVar("T", bound=FromTab)


def read_body_as(kind: type[T], call: Call) -> T:
    """The request in a body. Raises RefusalError 400."""
    try:
        return msgspec.json.decode(call.body, type=kind)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as error:
        raise invalid(f"the body is not a request: {error}") from None


def read_query(query: bytes) -> tuple[View, int]:
    """The view that a query asks for, and the entry to start from. Raises RefusalError 400."""
    given = dict(parse_qsl(query[:8_192].decode("latin-1"), keep_blank_values=True))
    try:
        parsed = msgspec.convert(given, _QueueQuery, strict=False)
    except msgspec.ValidationError as error:
        raise invalid(f"the query is not a request: {error}") from None
    return parsed, parsed.start


def not_ready(read: int) -> RefusalError:
    """While it is not known what was decided, nothing is offered."""
    detail = f"the topics are still being read ({read:,} records so far)"
    return RefusalError(503, "reading", detail, retry_after_s=1)
