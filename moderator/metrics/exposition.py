"""The metrics page in Prometheus's text format, for one process or several merged."""

from __future__ import annotations

import struct
from collections.abc import Callable, Iterator, Mapping
from functools import partial
from pathlib import Path
from shutil import disk_usage
from typing import Any

from prometheus_client import CollectorRegistry, ProcessCollector, generate_latest
from prometheus_client.exposition import CONTENT_TYPE_LATEST
from prometheus_client.metrics_core import Metric
from prometheus_client.mmap_dict import MmapedDict
from prometheus_client.multiprocess import MultiProcessCollector, mark_process_dead
from prometheus_client.parser import text_string_to_metric_families
from prometheus_client.registry import Collector

_ROOM_BYTES = 4 * 1024 * 1024

_ENDED = "ended"
"""In place of a process id: names the files that hold the counts of all ended processes."""


def exposition(registry: CollectorRegistry) -> tuple[bytes, str]:
    """The metrics of a registry in Prometheus's text format, and its content type."""
    shown: Any = _WithoutCreated(registry)
    return generate_latest(shown), CONTENT_TYPE_LATEST


def exposition_of_processes(
    folder: Path, pids: Callable[[], Mapping[str, int]]
) -> tuple[bytes, str]:
    """The metrics of several worker processes as one, as `Metrics.exposition` gives them.

    `folder` is what PROMETHEUS_MULTIPROC_DIR named when the processes started; `pids` gives name
    and process id of each that runs (`process_*` has a label `process`). Call
    `process_ended` for one that has ended.
    """
    registry = CollectorRegistry()
    MultiProcessCollector(registry, str(folder))  # type: ignore[no-untyped-call]
    registry.register(_Processes(pids))
    return exposition(registry)


def process_ended(folder: Path, pid: int) -> None:
    """Keep the counts of a process that has ended, and drop its gauges.

    On a full disk the counts are dropped too: there a write to a mapped file ends the process.
    """
    mark_process_dead(pid, str(folder))  # type: ignore[no-untyped-call]
    for kind in ("counter", "histogram", "summary"):
        file = folder / f"{kind}_{pid}.db"
        if file.exists():
            if has_room(folder):
                _add_up(file, folder / f"{kind}_{_ENDED}.db")
            file.unlink()


def has_room(folder: Path) -> bool:
    """Whether the disk of the metrics has room for more of them."""
    return disk_usage(folder).free >= _ROOM_BYTES


def _add_up(file: Path, total: Path) -> None:
    """Add the values of one process's file to those of another, so that files do not pile up."""
    sums = MmapedDict(str(total))  # type: ignore[no-untyped-call]
    try:
        for key, value, _, _ in MmapedDict.read_all_values_from_file(str(file)):  # type: ignore[no-untyped-call]
            before, _ = sums.read_value(key)  # type: ignore[no-untyped-call]
            sums.write_value(key, before + value, 0.0)  # type: ignore[no-untyped-call]
    except (RuntimeError, ValueError, struct.error):
        # Written to when the process was killed: what is readable has been added.
        return
    finally:
        sums.close()  # type: ignore[no-untyped-call]


class _Processes(Collector):
    """`process_*` of several processes. A counter of each, since a sum would fall at a restart."""

    def __init__(self, pids: Callable[[], Mapping[str, int]]) -> None:
        self._pids = pids

    def collect(self) -> Iterator[Metric]:
        families: dict[str, Metric] = {}
        for process, pid in self._pids().items():
            collector = ProcessCollector(pid=partial(int, pid), registry=None)
            for metric in collector.collect():
                family = families.setdefault(
                    metric.name, Metric(metric.name, metric.documentation, metric.type)
                )
                for sample in metric.samples:
                    family.add_sample(sample.name, {"process": process}, sample.value)
        yield from families.values()


class _WithoutCreated(Collector):
    """A registry without the `_created` series, which double a page and nobody reads."""

    def __init__(self, registry: CollectorRegistry) -> None:
        self._registry = registry

    def collect(self) -> Iterator[Metric]:
        for metric in self._registry.collect():
            metric.samples = [s for s in metric.samples if not s.name.endswith("_created")]
            yield metric


def parse(page: str) -> Iterator[tuple[str, Mapping[str, str], float]]:
    """Name, labels and value of every sample of a page. Raises ValueError if it is not one."""
    for family in text_string_to_metric_families(page):
        for sample in family.samples:
            yield sample.name, sample.labels, sample.value
