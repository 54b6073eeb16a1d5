"""Requests of our own API: their fields, and the comments made of them."""

from __future__ import annotations

from typing import Annotated, Any
from uuid import uuid4

import msgspec

from moderator.api.body import from_json
from moderator.api.docs.schema import one_of
from moderator.api.refusal import RefusalError, invalid
from moderator.decoding import MAX_ID_BYTES, REPLACEMENT, without_nul
from moderator.records import Comment, CommentContext


class CommentIn(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """One comment to judge. An `id` is made if none is given."""

    text: str
    id: Annotated[str, msgspec.Meta(min_length=1, max_length=MAX_ID_BYTES)] | None = None
    community: str | None = None
    author: str | None = None
    created_at: str | None = None
    parent_id: str | None = None
    context: CommentContext | None = None


class CommentsIn(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Several comments to judge, each for itself."""

    comments: Annotated[
        list[Annotated[msgspec.Raw, msgspec.Meta(extra_json_schema=one_of(CommentIn))]],
        msgspec.Meta(min_length=1),
    ]


class _Shape(msgspec.Struct, frozen=True):
    comments: msgspec.Raw = msgspec.Raw()


_shape = msgspec.json.Decoder(_Shape)
_one = msgspec.json.Decoder(CommentIn)
_several = msgspec.json.Decoder(CommentsIn)


def read_request(
    body: bytes, *, max_comments: int, max_text_bytes: int, community: str | None
) -> tuple[list[Comment | RefusalError], bool]:
    """The comments of a body, or why one of several is refused; and whether it was a list.

    `community` is the token's own, which none of its comments may leave. Raises RefusalError if
    the body is not a request.
    """
    if not bytes(decode(_shape, body).comments):
        return [_comment(body, body, max_text_bytes, community)], False
    raws = decode(_several, body).comments
    if not raws or len(raws) > max_comments:
        raise invalid(f"`comments`: 1 to {max_comments} (serve.max_comments)", "comments")
    comments: list[Comment | RefusalError] = []
    for raw in raws:
        try:
            comments.append(_comment(bytes(raw), body, max_text_bytes, community))
        except RefusalError as refusal:
            comments.append(refusal)
    return comments, True


def _comment(data: bytes, body: bytes, max_text_bytes: int, community: str | None) -> Comment:
    given = decode(_one, data)
    if given.id and REPLACEMENT in given.id and not _has_replacement(body):
        raise invalid("`id` holds half a surrogate pair", "id")
    check(given.id, given.text, given.community, max_text_bytes, community)
    return Comment(
        id=given.id or uuid4().hex,
        text=without_nul(given.text),
        community=community or given.community,
        author=given.author,
        created_at=given.created_at,
        parent_id=given.parent_id,
        context=given.context,
    )


def _has_replacement(body: bytes) -> bool:
    return REPLACEMENT.encode() in body or b"\\ufffd" in body.lower()


def check(
    id: str | None, text: str | None, community: str | None, max_text_bytes: int, own: str | None
) -> None:
    """Raises RefusalError if a field is too long, if the id holds a NUL, or if the community is not
    the token's `own`."""
    if text and len(text) * 4 > max_text_bytes and len(text.encode()) > max_text_bytes:
        raise RefusalError(
            413, "text_too_large", f"`text` is over {max_text_bytes} bytes", field="text"
        )
    if id is not None and len(id.encode()) > MAX_ID_BYTES:
        raise invalid(f"`id` is over {MAX_ID_BYTES} bytes", "id")
    if "\0" in (id or ""):
        raise invalid("`id` holds a NUL", "id")
    if own is not None and community not in (None, own):
        raise other_community(own)


def other_community(own: str) -> RefusalError:
    """The refusal of what is not of the token's own community."""
    return RefusalError(403, "other_community", f"this token is for {own!r}", field="community")


def decode(decoder: msgspec.json.Decoder[Any], body: bytes) -> Any:
    """What a body holds. Raises RefusalError 400 if it is not JSON, or not of the type."""
    try:
        return from_json(decoder, body)
    except msgspec.ValidationError as error:
        raise invalid(str(error)) from None
    except UnicodeDecodeError:
        raise RefusalError(400, "not_json", "the body is not UTF-8") from None
    except RecursionError:
        raise RefusalError(400, "not_json", "the body is nested too deeply") from None
    except msgspec.DecodeError as error:
        raise RefusalError(400, "not_json", f"the body is not JSON: {error}") from None
