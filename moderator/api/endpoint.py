"""One route: access, body, handler, answer; counted, with every error in the API's own form."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable, Callable
from time import perf_counter

from starlette.responses import Response
from starlette.types import Receive, Scope, Send

from moderator.api.access.tokens import Right
from moderator.api.body import read_body
from moderator.api.reception import Call, Reception
from moderator.api.refusal import ClientGoneError, RefusalError

_log = logging.getLogger(__name__)

Handler = Callable[[Call], Awaitable[Response]]
Refuse = Callable[[RefusalError], Response]
"""Makes an API's error response from a refusal."""

GONE = 499


class Endpoint:
    """An ASGI application for one route; `route` is its label in metrics.

    Its callers need `right`. An `is_open` route asks for no token, or checks it itself.
    """

    def __init__(
        self,
        reception: Reception,
        route: str,
        handler: Handler,
        refuse: Refuse,
        *,
        is_open: bool = False,
        right: Right = Right.MODERATE,
    ) -> None:
        self._reception = reception
        self._route = route
        self._handler = handler
        self._refuse = refuse
        self._is_open = is_open
        self._right = right
        self._route_metrics = reception.metrics.of_route(route)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        start = perf_counter()
        self._reception.open += 1
        self._route_metrics.started()
        status = GONE
        try:
            response = await self._answer(scope, receive)
            status = response.status_code
            await response(scope, receive, send)
        except ClientGoneError:
            pass
        finally:
            self._reception.open -= 1
            self._route_metrics.ended(status, perf_counter() - start)

    async def _answer(self, scope: Scope, receive: Receive) -> Response:
        reception = self._reception
        headers = dict(scope["headers"])
        query = scope["query_string"]
        try:
            gate = reception.gate
            caller = gate.anyone if self._is_open else gate.admit(headers, query, self._right)
            deadline = reception.deadline(headers)
            serve = reception.settings.serve
            body = await read_body(headers, receive, serve.max_body_bytes, serve.body_timeout_s)
            path = scope.get("path_params", {})
            return await self._handler(Call(caller, headers, query, path, body, deadline, receive))
        except RefusalError as refusal:
            return self._refuse(refusal)
        except (ClientGoneError, asyncio.CancelledError):
            raise
        except Exception as error:  # noqa: BLE001 - a bug must not cost its client the answer
            # Never the message: it may quote the text.
            _log.error("%s failed: %s", self._route, type(error).__name__)
            return self._refuse(RefusalError(500, "internal", "the server failed on this request"))
