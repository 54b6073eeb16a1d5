"""Every reason a request is refused for, and what its sender should do."""

REASONS = {
    "invalid_request": "The body or a parameter is not what this operation takes; `detail` says "
    "which field. Correct it.",
    "not_json": "Send JSON in UTF-8, and `Content-Type: application/json`.",
    "invalid_deadline": "`X-Request-Timeout-Ms` is a whole number, 1 to 999999.",
    "body_too_large": "The body is over `serve.max_body_bytes`: send fewer comments at once.",
    "text_too_large": "A text is over `stream.max_text_bytes`: cut it, or raise the limit.",
    "compressed": "Compressed bodies are not taken: leave out `Content-Encoding`.",
    "slow_body": "The body did not arrive within `serve.body_timeout_s`.",
    "head_too_large": "Request line and headers are over 64 KiB: send less in them.",
    "not_http": "Speak HTTP/1.1, with TLS if the address begins with https.",
    "no_token": "Send a token: `Authorization: Bearer TOKEN`, or `?key=TOKEN`.",
    "unknown_token": "The token is not in the server's file: `moderator serve token new NAME`.",
    "no_right": "The token lacks the right that this operation takes, or the server has no file of "
    "tokens: `moderator serve token new NAME --may RIGHT`, and `serve.tokens`.",
    "other_community": "The token belongs to one community, and the comment names another.",
    "rate_limited": "Over the token's rate: wait for `Retry-After` seconds.",
    "queue_full": "More comes than is judged: wait for `Retry-After` seconds; the operator adds "
    "processes or machines.",
    "deadline": "No verdict before the deadline: the server is busy, or the deadline is too soon.",
    "no_model": "Leave `model` out, or send one of OpenAI's names.",
    "no_verdict": "No verdict is kept for this id.",
    "no_text": "The comment of this verdict is nowhere to be found: send its `text`.",
    "feedback_off": "The server keeps no decisions: its operator sets `feedback.to` to `topic`.",
    "not_scored": "A model failed, and this API has no way to say so but an error: ask again.",
    "not_kept": "Feedback could not be kept (file or broker): send it again later.",
    "no_route": "There is nothing at this path.",
    "wrong_method": "This path takes another method, named in `Allow`.",
    "internal": "A fault of the server: its log names the operation.",
}
"""Reason → what to do; the page at /docs has a line for each."""
