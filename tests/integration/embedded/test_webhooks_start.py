"""Endpoints name policies that are in force, wherever those come from."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from moderator.errors import SettingsError
from moderator.kafka.mock_broker import EmbeddedBroker
from moderator.kafka.policy_topic import Pushed, push
from moderator.settings import Settings
from moderator.webhooks.run import _check

FILE = Path(__file__).parents[3] / "config/policy.toml"


@pytest.fixture
def settings() -> Iterator[Settings]:
    with EmbeddedBroker() as broker:
        endpoint = {
            "url": "http://127.0.0.1:1/",
            "secrets": ["whsec_c2VjcmV0LXNlY3JldC1zZWNyZXQtc2VjcmV0"],
            "policies": ["pushed"],
        }
        yield Settings.model_validate(
            {
                "policy": FILE,
                "policies": {"source": "topic"},
                "kafka": {"bootstrap_servers": broker.address},
                "webhooks": {"endpoints": {"desk": endpoint}},
            }
        )


def test_a_policy_that_only_the_topic_holds_is_known(settings: Settings) -> None:
    with pytest.raises(SettingsError, match="no policy is named 'pushed'"):
        _check(settings)
    text = 'default = "pushed"\n[policies.pushed.review]\ntoxicity = 0.5\n'
    push(settings, Pushed("1", "2026-11-25T20:00:00+00:00", "ann", "", text))
    _check(settings)
