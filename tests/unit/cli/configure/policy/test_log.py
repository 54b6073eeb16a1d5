"""`moderator policy log` says which of the pushed policies is in force."""

from moderator.cli.configure.policy.log import logged
from moderator.kafka.policy_topic import Pushed

SOUND = "default = 'p'\n[policies.p]"


def pushed(version: str, text: str) -> Pushed:
    return Pushed(version, "2026-11-25T10:00:00Z", "me", "", text)


def test_the_last_that_workers_do_not_refuse_is_in_force() -> None:
    newer = pushed("c", SOUND + "\n[future]")
    rows = logged([pushed("a", SOUND), pushed("b", SOUND), newer])
    assert [(push.version, in_force) for push, _, in_force in rows] == [
        ("a", False), ("b", True), ("c", False),
    ]  # fmt: skip
    assert [list(named) for _, named, _ in rows] == [["p"], ["p"], []]
    assert logged([newer])[0][2] is False
