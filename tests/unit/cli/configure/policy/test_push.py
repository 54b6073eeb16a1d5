"""A push names what it replaces, and whoever pushed at the same time."""
# ruff: noqa: E501 (a case a line reads best)

import pytest

from moderator.cli.configure.policy.push import _earlier, _report_others
from moderator.errors import PolicyError
from moderator.kafka.policy_topic import Pushed

SOUND = "default = 'p'\n[policies.p]"
ANNA, BEN, MINE = (
    Pushed(version, "2026-11-25T10:00:00.000+00:00", by, "", "")
    for version, by in (("aaa", "anna"), ("bbb", "ben"), ("ccc", ""))
)


@pytest.mark.parametrize(
    ("log", "said"),
    [
        ([MINE], ""),
        ([ANNA, MINE], "in place of aaa, pushed 2026-11-25 10:00:00 by anna\n"),
        ([MINE, ANNA, BEN], "but then bbb, pushed 2026-11-25 10:00:00 by ben was pushed, which is in force\n"),
    ],
)  # fmt: skip
def test_others_are_named(log: list[Pushed], said: str, capsys: pytest.CaptureFixture[str]) -> None:
    _report_others(MINE, log)
    assert capsys.readouterr().err == said


def of_versions(*versions: str) -> list[Pushed]:
    """What was pushed in this order; this release cannot read versions with an x."""
    return [
        Pushed(version, "", "", "", SOUND + ("\n[future]" if "x" in version else ""))
        for version in versions
    ]


@pytest.mark.parametrize(
    ("pushed", "version", "found"),
    [
        ("a b", None, "a"), ("a b b", None, "a"), ("a b a", None, "b"), ("a x b", None, "a"),
        ("a b x", None, "b"), ("a b c", "a", "a"), ("a x c", "x", "x"),
    ],
)  # fmt: skip
def test_the_version_to_go_back_to(pushed: str, version: str | None, found: str) -> None:
    assert _earlier(of_versions(*pushed.split()), version).version == found


@pytest.mark.parametrize(
    ("pushed", "version"), [("", None), ("a a", None), ("x a", None), ("a", "b")]
)
def test_a_version_that_is_not_there(pushed: str, version: str | None) -> None:
    with pytest.raises(PolicyError, match="was ever pushed: see `moderator policy log`"):
        _earlier(of_versions(*pushed.split()), version)
