"""Why a request is refused, independent of any API's form of errors."""

from __future__ import annotations


class RefusalError(Exception):
    """A request that gets no verdict.

    `reason` is a short fixed word; `detail` says what is wrong and how to fix it, and holds none of
    the request's text. `retry_after_s` is set if the same request may succeed later; `close` ends
    the connection, since what is left of the request is not read. `field` names what is wrong in
    the body, if one field is.
    """

    def __init__(
        self,
        status: int,
        reason: str,
        detail: str,
        *,
        retry_after_s: int = 0,
        close: bool = False,
        field: str | None = None,
    ) -> None:
        super().__init__(detail)
        self.status = status
        self.reason = reason
        self.detail = detail
        self.retry_after_s = retry_after_s
        self.close = close
        self.field = field

    @property
    def headers(self) -> dict[str, str]:
        """The headers of its response in every API."""
        headers = {}
        if self.retry_after_s:
            headers["Retry-After"] = str(self.retry_after_s)
        if self.close:
            headers["Connection"] = "close"
        if self.status == 401:
            headers["WWW-Authenticate"] = "Bearer"
        return headers


class ClientGoneError(Exception):
    """The client closed its connection: there is nobody to answer."""


def invalid(detail: str, field: str | None = None) -> RefusalError:
    """The refusal of a body that is JSON but not a valid request."""
    return RefusalError(400, "invalid_request", detail, field=field)


def too_late() -> RefusalError:
    """The refusal of a request that has no answer at its deadline."""
    detail = "no verdict before the request's deadline (X-Request-Timeout-Ms, serve.timeout_ms)"
    return RefusalError(504, "deadline", detail, retry_after_s=1)
