"""Metrics of the HTTP API: requests, how long they wait, what is judged together."""

from __future__ import annotations

from prometheus_client import Counter

from moderator.metrics.maker import BATCHES, SECONDS, Maker

ROUTES = "the API's routes, or other"


class RouteMetrics:
    """One route's part; children are looked up once and kept, since every request needs them."""

    def __init__(self, metrics: RequestMetrics, route: str) -> None:
        self._requests = metrics.http_requests
        self._in_flight = metrics.http_in_flight
        self._seconds = metrics.http_seconds.labels(route)
        self._route = route
        self._statuses: dict[int, Counter] = {}

    def started(self) -> None:
        """Count a new request."""
        self._in_flight.inc()

    def ended(self, status: int, seconds: float) -> None:
        """Count the answer, or a client that disconnected (499)."""
        self._in_flight.dec()
        counter = self._statuses.get(status)
        if counter is None:
            counter = self._statuses[status] = self._requests.labels(self._route, str(status))
        counter.inc()
        self._seconds.observe(seconds)


class RequestMetrics:
    """Metrics of the HTTP API."""

    def __init__(self, make: Maker) -> None:
        self.http_requests = make.counter(
            "moderator_http_requests_total",
            "Requests answered by the HTTP API.",
            route=ROUTES,
            status="HTTP status codes; 499: the client went away first",
        )
        self.http_seconds = make.histogram(
            "moderator_http_request_seconds",
            "From a request's headers to the end of its answer.",
            SECONDS,
            route=ROUTES,
        )
        self.http_in_flight = make.gauge(
            "moderator_http_in_flight_requests",
            "Requests that have no answer yet.",
            "livesum",
        )
        self.http_queue_seconds = make.histogram(
            "moderator_http_queue_seconds",
            "How long a request's comments wait until the first of them is taken into a batch.",
            SECONDS,
        )
        self.http_batch_comments = make.histogram(
            "moderator_http_batch_comments",
            "Comments of HTTP requests judged as one batch.",
            BATCHES,
        )

    def of_route(self, route: str) -> RouteMetrics:
        """The metrics of one route."""
        return RouteMetrics(self, route)
