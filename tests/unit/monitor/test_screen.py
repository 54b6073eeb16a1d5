"""The screen of `moderator top`: nothing is cut, and what stops a worker is named."""

from __future__ import annotations

import io

import pytest
from rich.console import Console

from moderator.monitor.history import History
from moderator.monitor.scrape import Scrape, read
from moderator.monitor.screen import screen
from tests.fake_worker import FakeWorker


def scrape(worker: FakeWorker, at_s: float) -> Scrape:
    return read(worker.metrics.exposition()[0].decode(), at_s)


def drawn(worker: FakeWorker, columns: int) -> str:
    history = History(["w"], 10.0)
    history.add({"w": scrape(worker, 1.0)})
    worker.work(100)
    figures = history.add({"w": scrape(worker, 3.0)})
    console = Console(file=io.StringIO(), width=columns, record=True)
    console.print(screen(figures, history, "value", 40))
    return console.export_text()


@pytest.mark.parametrize("columns", [80, 120])
def test_neither_names_nor_numbers_are_cut(columns: int) -> None:
    shown = drawn(FakeWorker(), columns)
    assert "scorer_multilingual_encoder " in shown
    assert "…" not in shown
    assert max(map(len, shown.splitlines())) <= columns


def test_what_stops_a_worker_is_named() -> None:
    worker = FakeWorker()
    assert "halted" not in drawn(worker, 80)
    worker.fail()
    shown = drawn(worker, 80)
    assert "halted: too many dead letters" in shown
    assert "partitions held: 2" in shown
