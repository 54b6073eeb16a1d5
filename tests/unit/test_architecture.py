"""The tree keeps its shape: imports point one way, and heavy packages stay where they belong."""

import ast
import re
from collections.abc import Iterator
from functools import cache
from pathlib import Path

from tests.architecture_page import PACKAGE, PAGE, first_line, layers, with_tree

LAYERS = layers(PAGE.read_text("utf-8"))
BESIDE = {"__init__", "testing", "training"}

ONLY_IN = {
    "faust": ("consumer/", "stream/"),
    "mode": ("consumer/", "stream/"),
    "aiokafka": (
        "consumer/",
        "stream/",
        "sinks/kafka.py",
        "kafka/client_config.py",
        "sinks/kafka_failure.py",
        "webhooks/",
    ),
    "confluent_kafka": ("consumer/topic_ids.py", "kafka/", "dlq/", "feedback/topic.py"),
    "python_multipart": ("api/perspective/",),
    "aiohttp": ("http/", "webhooks/"),
    "starlette": ("api/", "review/"),
    "uvicorn": ("api/",),
    "limits": ("api/access/",),
    "torch": ("scorers/detoxify", "training/"),
    "transformers": ("scorers/detoxify", "training/"),
    "detoxify": ("scorers/detoxify",),
    "py3langid": ("language/",),
    "redis": ("cache/",),
    "prometheus_client": ("metrics/", "http/server.py"),
    "pandas": ("training/",),
    "sklearn": ("training/",),
    "matplotlib": ("evaluation/plots.py",),
}


FILES = sorted(PACKAGE.rglob("*.py"))
PARTS = {file.relative_to(PACKAGE).parts[0].removesuffix(".py") for file in FILES}


@cache
def tree(file: Path) -> ast.Module:
    return ast.parse(file.read_text("utf-8"))


def imports(file: Path) -> Iterator[str]:
    for node in ast.walk(tree(file)):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.level == 0 and node.module:
            yield node.module
            yield from (f"{node.module}.{alias.name}" for alias in node.names)


def part(name: str) -> str:
    return name.split(".")[1] if "." in name else "__init__"


def test_imports_point_down() -> None:
    level = {name: i for i, layer in enumerate(LAYERS) for name in layer}
    wrong = []
    for file in FILES:
        own = file.relative_to(PACKAGE).parts[0].removesuffix(".py")
        if own in BESIDE:
            continue
        assert own in level, f"{own} has no layer: add it to ARCHITECTURE.md"
        for name in imports(file):
            other = part(name) if name.startswith("moderator.") else own
            if other in PARTS and (other in BESIDE or level[other] > level[own]):
                wrong.append(f"{file.relative_to(PACKAGE)}: {name}")
    assert wrong == []


def test_the_page_has_a_layer_for_every_part_and_no_other() -> None:
    assert set().union(*LAYERS) == PARTS - BESIDE


def test_the_page_shows_the_real_tree() -> None:
    text = PAGE.read_text("utf-8")
    assert with_tree(text) == text, "run: python -m tests.architecture_page"


def test_heavy_packages_stay_where_they_belong() -> None:
    wrong = []
    for file in FILES:
        place = str(file.relative_to(PACKAGE))
        for name in imports(file):
            allowed = ONLY_IN.get(name.split(".")[0])
            if allowed is not None and not place.startswith(allowed):
                wrong.append(f"{place}: {name}")
    assert wrong == []


def test_a_module_says_in_one_sentence_what_it_holds() -> None:
    lines = {str(file.relative_to(PACKAGE)): first_line(file) for file in FILES}
    one_sentence = re.compile(r"[^\s].*[^.]\.")
    assert {
        file: line
        for file, line in lines.items()
        if not one_sentence.fullmatch(line) or re.search(r"[.?!] ", line)
    } == {}


def test_two_classes_never_share_a_name() -> None:
    """Tables of settings are named as in the file, and always used as `settings.TABLE`."""
    names: dict[str, list[str]] = {}
    for file in FILES:
        if file.parent.name != "tables":
            for node in tree(file).body:
                if isinstance(node, ast.ClassDef) and not node.name.startswith("_"):
                    names.setdefault(node.name, []).append(str(file.relative_to(PACKAGE)))
    assert {name: files for name, files in names.items() if len(files) > 1} == {}


def test_folders_stay_small() -> None:
    folders = {PACKAGE, *(file.parent for file in FILES)}
    sizes = {f: sum(one.is_file() for one in f.iterdir()) for f in folders}
    assert {str(folder): size for folder, size in sizes.items() if size > 14} == {}


def test_files_stay_small() -> None:
    sizes = {file: len(file.read_text("utf-8").splitlines()) for file in FILES}
    assert [str(file) for file, size in sizes.items() if size > 300] == []
