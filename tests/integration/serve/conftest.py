"""One API process for all tests that do not hurt it."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.integration.serve.running import ApiProcess, running_api


@pytest.fixture(scope="package")
def api(tmp_path_factory: pytest.TempPathFactory) -> Iterator[ApiProcess]:
    """With the standard models, without tokens; feedback goes to a file."""
    folder = tmp_path_factory.mktemp("api")
    settings = {"FEEDBACK__TO": "file", "FEEDBACK__FILE": str(folder / "feedback.jsonl")}
    with running_api(folder, **settings) as process:
        yield process
