"""A push names what it replaces, and whoever pushed at the same time."""
# ruff: noqa: E501 (a case a line reads best)

import pytest

from moderator.cli.configure.policy.push import _report_others
from moderator.kafka.policy_topic import Pushed

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
