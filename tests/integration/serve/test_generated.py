"""Requests generated from the OpenAPI document: no 5xx, and nothing that it does not describe.

`GENERATED_REQUESTS=5000 pytest tests/integration/serve/test_generated.py` sends as many.
"""

from __future__ import annotations

import importlib.util
import os
import warnings
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, Phase, Verbosity, given, settings
from hypothesis.errors import Unsatisfiable

from moderator.api.access.tokens import Right, new_token
from moderator.kafka.mock_broker import EmbeddedBroker
from tests.integration.serve.running import ApiProcess
from tests.servers import missing

REQUESTS = int(os.environ.get("GENERATED_REQUESTS", "400"))

DEADLINE = "X-Request-Timeout-Ms"
"""Left out if it is a number: a deadline of a millisecond is met by 504, as described."""


def ask(
    operation: Any,
    mode: Any,
    count: int,
    headers: dict[str, str],
    statuses: Counter[tuple[str, int]],
) -> int:
    """Send `count` requests of a kind, valid or not, and check each answer."""
    import requests
    from schemathesis import checks
    from schemathesis.specs.openapi.checks import (
        content_type_conformance,
        response_headers_conformance,
        response_schema_conformance,
        status_code_conformance,
    )

    wanted = [
        checks.not_a_server_error,
        status_code_conformance,
        content_type_conformance,
        response_headers_conformance,
        response_schema_conformance,
    ]
    sent = 0
    with requests.Session() as session:

        @settings(
            max_examples=count,
            deadline=None,
            database=None,
            derandomize=True,
            phases=[Phase.generate],
            verbosity=Verbosity.quiet,
            suppress_health_check=list(HealthCheck),
        )
        @given(case=operation.as_strategy(generation_mode=mode))
        def send(case: Any) -> None:
            nonlocal sent
            if str((case.headers or {}).get(DEADLINE, "")).isdigit():
                del case.headers[DEADLINE]
            answer = case.call(session=session, headers=headers)
            case.validate_response(answer, checks=wanted)
            statuses[operation.path, answer.status_code] += 1
            sent += 1

        try:
            send()
        except Unsatisfiable:
            # Nothing is invalid if nothing is required.
            assert mode.is_negative
    return sent


@pytest.fixture
def api(tmp_path: Path) -> Iterator[ApiProcess]:
    """Over a model that costs nothing: what is tried here is the way to it and back."""
    with EmbeddedBroker() as broker:
        variables = {
            "SERVE__TOKENS": str(tmp_path / "tokens.toml"),
            "FEEDBACK__TO": "topic",
            "KAFKA__BOOTSTRAP_SERVERS": broker.address,
        }
        process = ApiProcess(tmp_path, variables, stub=())
        process.ready()
        yield process
        process.kill()


@pytest.fixture
def token(tmp_path: Path) -> str:
    """One that may ask for everything."""
    return new_token(tmp_path / "tokens.toml", "all", None, None, list(Right))


def test_generated_requests_are_answered_as_described(token: str, api: ApiProcess) -> None:
    if importlib.util.find_spec("schemathesis") is None:
        missing("schemathesis is not installed: pip install 'moderator[clients]'")
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        import schemathesis

        schema = schemathesis.openapi.from_url(f"{api.url}/openapi.json")
        found: list[Any] = list(schema.get_all_operations())
        operations = [one.ok() for one in found]
        assert len(operations) == 8
        modes = (schemathesis.GenerationMode.POSITIVE, schemathesis.GenerationMode.NEGATIVE)
        each = -(-REQUESTS // (len(operations) * len(modes)))
        headers = {"Authorization": f"Bearer {token}"}
        statuses: Counter[tuple[str, int]] = Counter()
        sent = sum(
            ask(operation, mode, each, headers, statuses)
            for operation in operations
            for mode in modes
        )
    print(f"{sent} requests: {statuses}")
    assert statuses["/v1/feedback", 200] > 0
    assert not any(status == 401 for _, status in statuses)
    assert sent >= REQUESTS * 0.7  # some operations have few different requests
