"""Commands that judge, with the lexicon alone: loading the model would take most of the time."""

import pytest


@pytest.fixture(autouse=True)
def lexicon_only(monkeypatch: pytest.MonkeyPatch, request: pytest.FixtureRequest) -> None:
    """Tests marked `whole` use the default scorers."""
    if request.node.get_closest_marker("whole") is None:
        monkeypatch.setenv("MODERATOR_SCORERS__USE", '["lexicon"]')
