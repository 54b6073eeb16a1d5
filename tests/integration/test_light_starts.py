"""What starts often loads only what it needs."""

from __future__ import annotations

import subprocess
import sys

import pytest

from tests.architecture_page import PACKAGE


@pytest.mark.parametrize(
    "program",
    [
        "import moderator",
        "import sys; sys.argv[1:] = ['score', '--help']\n"
        "from moderator.cli.main import app; app(standalone_mode=False)",
    ],
)
def test_the_light_ways_in_stay_light(program: str) -> None:
    heavy = "{'torch', 'faust', 'transformers', 'onnxruntime', 'confluent_kafka', 'redis', 'numpy'}"
    check = f"{program}\nimport sys; print('loaded:', sorted({heavy} & set(sys.modules)))"
    done = subprocess.run(
        [sys.executable, "-c", check],
        capture_output=True, text=True, check=True, cwd=PACKAGE.parent,
    )  # fmt: skip
    assert done.stdout.strip().endswith("loaded: []")


def test_the_command_line_starts_without_what_few_commands_need() -> None:
    check = "import sys, moderator.cli.main; print('markdown_it' in sys.modules)"
    done = subprocess.run(
        [sys.executable, "-c", check],
        capture_output=True, text=True, check=True, cwd=PACKAGE.parent,
    )  # fmt: skip
    assert done.stdout.strip() == "False"
