"""What is pinned agrees with what Detoxify itself fetches, and with transformers' encoders."""

from __future__ import annotations

from typing import Any

import pytest

from moderator.scorers.detoxify.architectures import ARCHITECTURES
from moderator.scorers.detoxify.releases import RELEASES


def test_checkpoints_are_those_of_detoxify(small_detoxify: Any) -> None:
    from detoxify.detoxify import MODEL_URLS

    assert {name: release.assets[-1].url for name, release in RELEASES.items()} == MODEL_URLS


@pytest.mark.parametrize("name", list(RELEASES))
def test_configurations_are_what_transformers_expects(small_detoxify: Any, name: str) -> None:
    import transformers

    wanted = RELEASES[name].config
    config = transformers.AutoConfig.for_model(**wanted)
    assert {key: config.to_dict()[key] for key in wanted} == dict(wanted)
    assert config.model_type in {architecture.model_type for architecture in ARCHITECTURES.values()}
