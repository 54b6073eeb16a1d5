"""An operation of the API: its route and its description for the OpenAPI document."""

from __future__ import annotations

from collections.abc import Mapping
from typing import NamedTuple

from starlette.routing import Route

from moderator.api.access.tokens import Right
from moderator.api.endpoint import Endpoint, Handler, Refuse
from moderator.api.service import Service


class Parameter(NamedTuple):
    """A parameter in the query or the path; `schema` is JSON Schema."""

    name: str
    where: str
    what: str
    schema: Mapping[str, object]


class Api(NamedTuple):
    """One of the APIs: its name, description and form of errors."""

    name: str
    what: str
    refuse: Refuse
    error: type
    error_media_type: str


class Operation(NamedTuple):
    """`request` and `answer` are the msgspec types that the bodies may have; none if JSON Schema
    cannot describe them. `parts` are types that those refer to by name; `refusals` are statuses
    besides those that every operation may answer.
    """

    api: Api
    method: str
    path: str
    summary: str
    what: str
    handler: Handler
    request: tuple[type, ...] = ()
    answer: tuple[type, ...] = ()
    parts: tuple[type, ...] = ()
    media_type: str = "application/json"
    refusals: tuple[int, ...] = ()
    parameters: tuple[Parameter, ...] = ()
    is_open: bool = False
    right: Right = Right.MODERATE

    @property
    def documented_path(self) -> str:
        """The path as OpenAPI writes it; also the route's label in metrics."""
        return self.path.replace(":path}", "}")

    def route(self, service: Service) -> Route:
        """The route that serves it."""
        endpoint = Endpoint(
            service,
            self.documented_path,
            self.handler,
            self.api.refuse,
            is_open=self.is_open,
            right=self.right,
        )
        return Route(self.path, endpoint, methods=[self.method])
