"""What the doctor says of this machine's own parts; broker and Redis are examined elsewhere."""

from __future__ import annotations

import resource
from itertools import takewhile
from pathlib import Path
from typing import Any

import pytest

from moderator import checks
from moderator.checks import Check, Status
from moderator.doctor import examine
from moderator.kafka.checks import check_kafka
from moderator.kafka.topic_plans import Difference
from moderator.package import shipped
from moderator.policy import Policies
from moderator.policy.files import Bundle, read_policies
from moderator.reload import known as known_module
from moderator.settings import Settings

QUICK = {
    "use": ("lexicon",),
    "lexicons": (shipped("config/lexicon/zh.toml"),),
    "shipped_lexicons": False,
}


def local(**overrides: Any) -> dict[str, Check]:
    """The findings before the broker is asked."""
    settings = Settings.load(None, {"scorers": QUICK, **overrides})
    findings = takewhile(lambda one: one.check != "cache", examine(settings))
    return {found.check: found for found in findings}


def test_a_scorer_is_tried_and_its_version_reported() -> None:
    found = local(scorers={"use": ("compact",)})["scorer compact"]
    assert found.status is Status.OK
    assert "version" in found.detail


def test_a_lexicon_that_is_refused_fails(tmp_path: Path) -> None:
    missing = tmp_path / "none.toml"
    found = local(scorers=QUICK | {"lexicons": (missing,)})["scorer lexicon"]
    assert found.status is Status.FAIL
    assert str(missing) in found.detail


def test_thresholds_that_no_scorer_can_meet_are_reported(tmp_path: Path) -> None:
    policy = tmp_path / "policy.toml"
    policy.write_text('default = "p"\n[policies.p.block]\nprofanity = 0.9\ntoxicity = 0.9\n')
    found = local(policy=policy)["policy"]
    assert (found.status, found.detail) == (Status.WARN, "no scorer computes toxicity")


def test_a_policy_that_is_refused_fails(tmp_path: Path) -> None:
    policy = tmp_path / "policy.toml"
    policy.write_text("default =")
    assert local(policy=policy)["policy"].status is Status.FAIL


def test_a_bad_address_of_the_broker_fails_with_its_setting() -> None:
    settings = Settings.load(None, {"kafka": {"bootstrap_servers": "kafka:port"}})
    (found,) = check_kafka(settings)
    assert (found.check, found.status) == ("broker", Status.FAIL)
    assert "'kafka:port' is not host:port" in found.detail
    assert "kafka.bootstrap_servers" in found.remedy


@pytest.mark.parametrize(
    ("limit", "status"), [(100, Status.FAIL), (512, Status.WARN), (1_024, Status.OK)]
)
def test_too_few_open_files_are_reported(
    limit: int, status: Status, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(resource, "getrlimit", lambda _: (limit, limit))
    assert local()["open files"].status is status


def test_the_policy_in_force_is_the_one_that_was_pushed(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    policy = tmp_path / "policy.toml"
    settings = Settings.load(
        None, {"policy": policy, "policies": {"source": "topic"}, "scorers": {"use": ()}}
    )
    texts = [f'default = "p"\n[policies.p.review]\nprofanity = {at}\n' for at in (0.5, 0.9)]
    policy.write_text(texts[0])
    files = [read_policies(Bundle("", text, {})) for text in texts]
    broker = [checks.ok("broker", "1 at localhost:9092")]
    faults: list[Difference] = []

    def found(known: list[Policies]) -> Check | None:
        monkeypatch.setattr(known_module, "known_policies", lambda _: known)
        monkeypatch.setattr("moderator.kafka.checks.check_kafka", lambda _: iter(broker))
        monkeypatch.setattr("moderator.kafka.policy_topic.shortcomings", lambda _: faults)
        return {one.check: one for one in examine(settings)}.get("policies pushed")

    assert found(files[:1]) == checks.ok("policies pushed", "none yet: the file's are in force")
    version = files[1].version_of("p")
    assert found(files) == checks.ok("policies pushed", f"in force: p {version}")
    faults.append(Difference("cleanup.policy delete, wanted compact", "kafka-configs.sh"))
    warning = "they may be lost: cleanup.policy delete, wanted compact"
    assert found(files) == checks.warn("policies pushed", warning, "kafka-configs.sh")
    broker[0] = checks.fail("broker", "no answer", "start it")
    assert found(files) is None
